import { goParseBool, goQuote } from '../text/go-text.js';
import { fail, type Refused } from './prediction.js';
import { parseDriverOptions, type OwnOption } from './options.js';
import type { PredictionInput } from './prediction-input.js';

/** What of overlay's options decides whether it starts. */
export interface OverlayOptions {
  readonly mountProgram: string;
  /** A limit of space or files, which only XFS keeps. */
  readonly limited: boolean;
}

/** drivers/overlay/overlay.go parseOptions */
export function overlayOptions({ request, model, facts }: PredictionInput): OverlayOptions | Refused {
  let mountProgram = '';
  const limits = { size: false, inodes: false };
  const take = (option: OwnOption): Refused | undefined => {
    const { name, value } = option;
    switch (name) {
      case 'override_kernel_check':
      case 'mountopt':
      case 'imagestore':
      case 'additionalimagestore':
      case 'additionallayerstore':
        return undefined;
      case 'sync':
        return model.ignoresOtherDrivers ? undefined : unknownOption(option);
      case 'size': {
        const bytes = ramInBytes(value);
        if (typeof bytes === 'string') return fail('G10', bytes);
        limits.size = bytes > 0;
        return undefined;
      }
      case 'inodes':
        if (!/^\d+$/.test(value)) return invalidSyntax('ParseUint', value);
        limits.inodes = /[1-9]/.test(value);
        return undefined;
      case 'use_composefs':
      case 'skip_mount_home':
      case 'ignore_chown_errors':
        return goParseBool(value) === undefined ? invalidSyntax('ParseBool', value) : undefined;
      case 'mount_program':
        mountProgram = value;
        return value !== '' && facts.zfs.mountProgram?.state === 'absent'
          ? fail(
              'G10',
              `overlay: can't stat program ${goQuote(value)}: faccessat ${value}: no such file or directory`,
            )
          : undefined;
      case 'force_mask':
        return /^(?:shared|private|[+-]?[0-7]{1,10})$/.test(value)
          ? undefined
          : invalidSyntax('ParseInt', value);
      default:
        return unknownOption(option);
    }
  };
  const unknownOption = ({ name, written, text }: OwnOption): Refused =>
    model.quotesUnknownOption
      ? fail('G10', `unknown option ${goQuote(name)} (${goQuote(text)})`)
      : fail('G10', `overlay: ${model.lowerCaseOverlay ? 'unknown' : 'Unknown'} option ${written}`);
  const refusal = parseDriverOptions(request.options, model, ['overlay', 'overlay2', ''], take);
  return refusal ?? { mountProgram, limited: limits.size || limits.inodes };
}

export const invalidSyntax = (parser: string, value: string): Refused =>
  fail('G10', `strconv.${parser}: parsing ${goQuote(value)}: invalid syntax`);

/** go-units RAMInBytes: bytes, or why it is no size. */
function ramInBytes(text: string): number | string {
  const separator = /^.*[0-9. ]/s.exec(text)?.[0].length;
  if (separator === undefined) return `invalid size: '${text}'`;
  const number = text.slice(0, text[separator - 1] === ' ' ? separator - 1 : separator);
  const suffix = text.slice(separator).toLowerCase();
  const size = Number(number);
  if (number.trim() !== number || number === '' || Number.isNaN(size)) {
    return `strconv.ParseFloat: parsing ${goQuote(number)}: invalid syntax`;
  }
  if (size < 0) return `invalid size: '${text}'`;
  return /^(?:b?|[kmgtp](?:i?b)?)$/.test(suffix) ? size : `invalid suffix: '${suffix}'`;
}
