import { parentOf } from '../../host/paths.js';
import { valueOf } from '../../host/probe.js';
import { LAYER_PROPERTIES } from '../../recommend/properties.js';
import type { Layout, LayoutFile, Recommendation } from '../../recommend/recommendation.js';
import { command, sentence, withoutUnwritable, type AdviceLine } from '../../text/advice-line.js';
import { shellWord } from '../../text/shell-word.js';
import { wrap } from '../../text/wrap.js';

export function recommendationText(recommendation: Recommendation, columns: number): string {
  return withoutUnwritable(linesOf(recommendation))
    .flatMap(({ kind, line }) => {
      if (line === '') return [''];
      return kind === 'command' ? [line] : wrap(line, '# ', columns);
    })
    .map((line) => `${line}\n`)
    .join('');
}

/** Sentences, and commands: the whole can be pasted into a shell. */
function linesOf(recommendation: Recommendation): readonly AdviceLine[] {
  switch (recommendation.kind) {
    case 'layout':
      return layoutLines(recommendation.layout);
    case 'already':
      return [
        sentence(
          `CRI-O starts, and makes its layers in ${recommendation.dataset}: nothing has to be changed.`,
        ),
      ];
    case 'missing':
      return recommendation.lines;
    case 'unknown':
      return [sentence(`No layout can be recommended, because this is unknown: ${recommendation.why}.`)];
  }
}

function layoutLines(layout: Layout): readonly AdviceLine[] {
  const { dataset, mountpoint, graphroot, files, hasService, crioVersion, exact } = layout;
  const version = crioVersion === '' ? 'CRI-O' : `CRI-O ${crioVersion}`;
  return [
    sentence(`With this layout ${version} starts with the driver zfs, and makes its layers in ${dataset}.`),
    sentence(
      exact
        ? 'It was proved beforehand on a plan of this host. Nothing has been changed yet.'
        : 'This version is not supported, so that the proof is not exact. Nothing has been changed yet.',
    ),
    ...leftBehindLines(layout),
    ...(hasService ? [command('systemctl stop crio.service')] : []),
    sentence(''),
    sentence(`The dataset. Layers are made below it and inherit its properties:`),
    ...LAYER_PROPERTIES.map(({ name, value, why }) => sentence(`- ${name}=${value}: ${why}.`)),
    command(`zfs create ${creation(mountpoint)} ${shellWord(dataset)}`),
    sentence(
      'graphroot lies below the mountpoint: CRI-O asks for the file system of the directory above it.',
    ),
    command(`mkdir -m 0700 -p ${shellWord(graphroot)}`),
    ...labelLines(layout),
    ...files.flatMap(fileLines),
    sentence(''),
    sentence('What CRI-O will do, then the start:'),
    command('crio-guard --check'),
    ...(hasService ? [command('systemctl start crio.service')] : []),
    sentence(''),
    sentence(`To keep images from filling the pool, set a quota: zfs set quota=100G ${dataset}`),
  ];
}

function creation(mountpoint: string): string {
  const properties = [...LAYER_PROPERTIES, { name: 'mountpoint', value: mountpoint }];
  return properties.map(({ name, value }) => `-o ${shellWord(`${name}=${value}`)}`).join(' ');
}

function leftBehindLines({ leftBehind }: Layout): readonly AdviceLine[] {
  if (leftBehind === undefined) return [];
  const { graphroot, layers } = leftBehind;
  const one = layers === undefined || layers === 1;
  const what = layers === undefined ? 'What is stored' : `The ${one ? 'one layer' : `${layers} layers`}`;
  return [
    sentence(
      `${what} in ${graphroot} ${one ? 'stays' : 'stay'} there, and CRI-O no longer sees ${one ? 'it' : 'them'}: images are pulled again, and containers end. Drain the node first.`,
    ),
  ];
}

function labelLines({ selinuxEnforcing, mountpoint }: Layout): readonly AdviceLine[] {
  if (valueOf(selinuxEnforcing) !== true) return [];
  const path = shellWord(mountpoint);
  const isUsual = mountpoint === '/var/lib/containers';
  return [
    sentence('SELinux enforces: the labels of container storage.'),
    ...(isUsual ? [] : [command(`semanage fcontext -a -e /var/lib/containers ${path}`)]),
    command(`restorecon -R ${path}`),
  ];
}

function fileLines({ path, lines, why, backup, reloadsSystemd }: LayoutFile): readonly AdviceLine[] {
  const [file, directory] = [shellWord(path), shellWord(parentOf(path))];
  const write = `mkdir -p ${directory} && printf '%s\\n' ${lines.map(shellWord).join(' ')} > ${file}`;
  return [
    sentence(''),
    sentence(`${path}: ${why}.`),
    ...(backup === undefined
      ? []
      : [command(`test -e ${shellWord(backup)} || cp -a ${file} ${shellWord(backup)}`)]),
    command(reloadsSystemd === true ? `${write} && systemctl daemon-reload` : write),
  ];
}
