import { goParseBool } from '../text/go-text.js';
import type { OptionCause, ValueProblem } from './cause.js';
import { fail, type Refused, type Unsure } from './prediction.js';
import { checkAdditionalStores } from './overlay-stores.js';
import { parseDriverOptions, type OwnOption } from './options.js';
import type { PredictionInput } from './prediction-input.js';

/** What of overlay's options decides whether it starts. */
export interface OverlayOptions {
  /** The option that turns composefs on. */
  readonly composefs?: string;
  readonly mountProgram: string;
  /** The option that limits space or files, which only XFS can do. */
  readonly limit?: string;
}

/** drivers/overlay/overlay.go parseOptions */
export function overlayOptions({
  request,
  model,
  facts,
}: PredictionInput): OverlayOptions | Refused<OptionCause> | Unsure {
  let mountProgram = '';
  let composefs: string | undefined;
  let notKnown: Unsure | undefined;
  const limits: { size?: string | undefined; inodes?: string | undefined } = {};
  const take = (option: OwnOption): Refused<OptionCause> | undefined => {
    const { name, value, text } = option;
    switch (name) {
      case 'override_kernel_check':
      case 'mountopt':
        return undefined;
      case 'imagestore':
      case 'additionalimagestore':
      case 'additionallayerstore': {
        const answer = checkAdditionalStores(option, facts.zfs);
        if (answer?.kind !== 'unknown') return answer;
        notKnown ??= answer;
        return undefined;
      }
      case 'sync':
        return model.ignoresOtherDrivers ? undefined : unknownOption(option);
      case 'size': {
        const bytes = ramInBytes(value);
        if (typeof bytes === 'object') return invalidValue('overlay', text, bytes);
        limits.size = bytes > 0 ? text : undefined;
        return undefined;
      }
      case 'inodes':
        if (!/^\d+$/.test(value)) return invalidSyntax('overlay', option, 'ParseUint');
        limits.inodes = /[1-9]/.test(value) ? text : undefined;
        return undefined;
      case 'use_composefs': {
        const on = goParseBool(value);
        if (on === undefined) return invalidSyntax('overlay', option, 'ParseBool');
        composefs = on ? text : undefined;
        return undefined;
      }
      case 'skip_mount_home':
      case 'ignore_chown_errors':
        return goParseBool(value) === undefined ? invalidSyntax('overlay', option, 'ParseBool') : undefined;
      case 'mount_program':
        mountProgram = value;
        return value !== '' && facts.zfs.mountProgram?.state === 'absent'
          ? fail({ kind: 'mount-program-missing', driver: 'overlay', option: text, program: value })
          : undefined;
      case 'force_mask':
        return /^(?:shared|private|[+-]?[0-7]{1,10})$/.test(value)
          ? undefined
          : invalidSyntax('overlay', option, 'ParseInt');
      default:
        return unknownOption(option);
    }
  };
  const refusal = parseDriverOptions(request.options, model, 'overlay', ['overlay', 'overlay2', ''], take);
  const limit = limits.size ?? limits.inodes;
  // A refusal of a later option comes only after one that is not known.
  if (notKnown !== undefined) return notKnown;
  return (
    refusal ?? {
      mountProgram,
      ...(limit === undefined ? {} : { limit }),
      ...(composefs === undefined ? {} : { composefs }),
    }
  );
}

const unknownOption = ({ name, text }: OwnOption): Refused<OptionCause> =>
  fail({ kind: 'unknown-option', driver: 'overlay', option: text, name });

export const invalidSyntax = (
  driver: string,
  { text, value }: OwnOption,
  parser: string,
): Refused<OptionCause> => invalidValue(driver, text, { kind: 'syntax', parser, text: value });

const invalidValue = (driver: string, option: string, problem: ValueProblem): Refused<OptionCause> =>
  fail({ kind: 'invalid-option-value', driver, option, problem });

/** go-units RAMInBytes: bytes, or why it is not a size. */
function ramInBytes(text: string): number | ValueProblem {
  const separator = /^.*[0-9. ]/s.exec(text)?.[0].length;
  if (separator === undefined) return { kind: 'size', text };
  const number = text.slice(0, text[separator - 1] === ' ' ? separator - 1 : separator);
  const suffix = text.slice(separator).toLowerCase();
  const size = Number(number);
  if (number.trim() !== number || number === '' || Number.isNaN(size)) {
    return { kind: 'syntax', parser: 'ParseFloat', text: number };
  }
  if (size < 0) return { kind: 'size', text };
  return /^(?:b?|[kmgtp](?:i?b)?)$/.test(suffix) ? size : { kind: 'suffix', text: suffix };
}
