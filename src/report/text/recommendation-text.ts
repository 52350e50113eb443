import { parentOf } from '../../host/paths.js';
import { valueOf } from '../../host/probe.js';
import { LAYER_PROPERTIES } from '../../recommend/properties.js';
import type { Layout, LayoutFile, Recommendation } from '../../recommend/recommendation.js';
import { shellWord } from '../../text/shell-word.js';
import { withoutUnwritable } from '../../text/unwritable.js';
import { wrap } from '../../text/wrap.js';
import { isSentence } from './advice.js';

/** A line of explanation, or a command; the whole can be pasted into a shell. */
type Line =
  { readonly kind: 'comment'; readonly text: string } | { readonly kind: 'command'; readonly text: string };

const comment = (text: string): Line => ({ kind: 'comment', text });
const command = (text: string): Line => ({ kind: 'command', text });

export function recommendationText(recommendation: Recommendation, columns: number): string {
  return linesOf(recommendation)
    .flatMap(({ kind, text }) => {
      if (text === '') return [''];
      const [written = ''] = withoutUnwritable([text]);
      const isCommand = kind === 'command' && written === text;
      return isCommand ? [text] : wrap(written, '# ', columns);
    })
    .map((line) => `${line}\n`)
    .join('');
}

function linesOf(recommendation: Recommendation): readonly Line[] {
  switch (recommendation.kind) {
    case 'layout':
      return layoutLines(recommendation.layout);
    case 'already':
      return [
        comment(
          `CRI-O starts, and makes its layers in ${recommendation.dataset}: nothing has to be changed.`,
        ),
      ];
    case 'missing':
      return recommendation.lines.map((text) => (isSentence(text) ? comment(text) : command(text)));
    case 'unknown':
      return [comment(`No layout can be recommended, because this is unknown: ${recommendation.why}.`)];
  }
}

function layoutLines(layout: Layout): readonly Line[] {
  const { dataset, mountpoint, graphroot, files, hasService, crioVersion, exact } = layout;
  const version = crioVersion === '' ? 'CRI-O' : `CRI-O ${crioVersion}`;
  return [
    comment(`With this layout ${version} starts with the driver zfs, and makes its layers in ${dataset}.`),
    comment(
      exact
        ? 'It was proved beforehand on a plan of this host. Nothing has been changed yet.'
        : 'This version is not supported, so that the proof is not exact. Nothing has been changed yet.',
    ),
    ...leftBehindLines(layout),
    ...(hasService ? [command('systemctl stop crio.service')] : []),
    comment(''),
    comment(`The dataset. Layers are made below it and inherit its properties:`),
    ...LAYER_PROPERTIES.map(({ name, value, why }) => comment(`- ${name}=${value}: ${why}.`)),
    command(`zfs create ${creation(mountpoint)} ${shellWord(dataset)}`),
    comment('graphroot lies below the mountpoint: CRI-O asks for the file system of the directory above it.'),
    command(`mkdir -m 0700 -p ${shellWord(graphroot)}`),
    ...labelLines(layout),
    ...files.flatMap(fileLines),
    comment(''),
    comment('What CRI-O will do, then the start:'),
    command('crio-guard --check'),
    ...(hasService ? [command('systemctl start crio.service')] : []),
    comment(''),
    comment(`To keep images from filling the pool, set a quota: zfs set quota=100G ${dataset}`),
  ];
}

function creation(mountpoint: string): string {
  const properties = [...LAYER_PROPERTIES, { name: 'mountpoint', value: mountpoint }];
  return properties.map(({ name, value }) => `-o ${shellWord(`${name}=${value}`)}`).join(' ');
}

function leftBehindLines({ leftBehind }: Layout): readonly Line[] {
  if (leftBehind === undefined) return [];
  const { graphroot, layers } = leftBehind;
  const what = layers === undefined ? 'What is stored' : `The ${layers} layers`;
  return [
    comment(
      `${what} in ${graphroot} ${layers === undefined ? 'stays' : 'stay'} there, and CRI-O no longer sees them: images are pulled again, and containers end. Drain the node first.`,
    ),
  ];
}

function labelLines({ selinuxEnforcing, mountpoint }: Layout): readonly Line[] {
  if (valueOf(selinuxEnforcing) !== true) return [];
  const path = shellWord(mountpoint);
  const isUsual = mountpoint === '/var/lib/containers';
  return [
    comment('SELinux enforces: the labels of container storage.'),
    ...(isUsual ? [] : [command(`semanage fcontext -a -e /var/lib/containers ${path}`)]),
    command(`restorecon -R ${path}`),
  ];
}

function fileLines({ path, lines, why, backup, reloadsSystemd }: LayoutFile): readonly Line[] {
  const [file, directory] = [shellWord(path), shellWord(parentOf(path))];
  const write = `mkdir -p ${directory} && printf '%s\\n' ${lines.map(shellWord).join(' ')} > ${file}`;
  return [
    comment(''),
    comment(`${path}: ${why}.`),
    ...(backup === undefined
      ? []
      : [command(`test -e ${shellWord(backup)} || cp -a ${file} ${shellWord(backup)}`)]),
    command(reloadsSystemd === true ? `${write} && systemctl daemon-reload` : write),
  ];
}
