import { GUARD, GUARD_PATH, type Argument, type InterfaceDefinition } from '../../src/bus/definition.js';
import { VERSION } from '../../src/version.js';
import { PAGE_DATE, paragraph, roff, roffLines } from './roff.js';

/** crio-guard-dbus(5): the interface as the service defines it, and the actions as polkit reads them. */
export function busPage(policy: string): string {
  const { name, properties, methods, signals }: InterfaceDefinition = GUARD;
  return [
    '.\\" Made by "make docs" from src/bus/definition.ts and the actions of polkit; do not edit.',
    `.TH CRIO\\-GUARD\\-DBUS 5 "${PAGE_DATE}" "crio\\-guard ${VERSION}" "crio\\-guard"`,
    '.SH NAME',
    'crio\\-guard\\-dbus \\- the D\\-Bus interface of crio\\-guard',
    '.SH DESCRIPTION',
    ...roffLines(`The service ${name} on the system bus shows the last report of crio-guard(8).`),
    ...roffLines('It starts when a client calls it, and ends when it is idle.'),
    ...roffLines(`Its object is ${GUARD_PATH}, and its interface has the name of the service.`),
    ...paragraph(
      'The words of an enumeration are never translated. A client takes a word that it does not know for ' +
        '"unknown". Later versions may add properties, methods and signals; those that are here do not change.',
    ),
    ...paragraph(
      'crio-guard-report.path must be enabled for signals about each start of CRI-O: the check before a start ' +
        'never uses the bus.',
    ),
    '.SH PROPERTIES',
    'Every user may read them.',
    'None can be set.',
    ...properties.flatMap((property) => [
      ...entry(`${property.name}: ${property.type}`, property.text),
      ...(property.constant === true ? ['It is constant.'] : []),
    ]),
    '.SH METHODS',
    ...methods.flatMap((method) =>
      entry(`${method.name}(${words(method.in)}) -> (${words(method.out)})`, method.text),
    ),
    '.SH SIGNALS',
    ...signals.flatMap((signal) => entry(`${signal.name}(${words(signal.out)})`, signal.text)),
    ...entry(
      'PropertiesChanged',
      'Of org.freedesktop.DBus.Properties, with each property that a new report changes.',
    ),
    '.SH "ACTIONS OF POLKIT"',
    ...roffLines(
      'Explain needs no consent. The other methods ask polkit(8) about their caller; root has it.',
    ),
    ...actionsOf(policy).flatMap(({ id, description, defaults }) => [
      ...entry(id, `${description}.`),
      ...roffLines(`Without a rule of the administrator: ${defaults}.`),
    ]),
    '.SH EXAMPLES',
    ...examples(name).flatMap((lines, index) => (index === 0 ? lines : ['.PP', ...lines])),
    '.SH FILES',
    '.TP',
    `.I /usr/share/dbus\\-1/interfaces/${roff(name)}.xml`,
    'The interface for programs, with the same texts.',
    '.TP',
    '.I /usr/share/polkit\\-1/actions/io.github.crioguard.policy',
    'The actions of polkit.',
    '.SH "SEE ALSO"',
    '.BR crio\\-guard (8),',
    '.BR busctl (1),',
    '.BR polkit (8)',
    '',
  ].join('\n');
}

const entry = (head: string, text: string): string[] => ['.TP', `.B ${roff(head)}`, ...roffLines(text)];

const words = (list: readonly Argument[]): string =>
  list.map(({ type, name }) => `${type} ${name}`).join(', ');

const examples = (name: string): string[][] => [
  example('The verdict of the last report:', `get-property ${name}`, `${GUARD_PATH} ${name} Verdict`),
  example('A check now:', `call ${name}`, `${GUARD_PATH} ${name} Check`),
  example(
    'The plan of a correction, which changes nothing:',
    `call ${name}`,
    `${GUARD_PATH} ${name} Fix b true`,
  ),
  example('Everything that the service sends:', `monitor ${name}`),
];

/** A command of busctl, on two lines where the names are too long for one. */
function example(what: string, command: string, more?: string): string[] {
  const lines = [roff(`busctl ${command}`) + (more === undefined ? '' : ' \\e')];
  if (more !== undefined) lines.push(`    ${roff(more)}`);
  return [roff(what), '.PP', '.RS 4', '.EX', ...lines, '.EE', '.RE'];
}

/** In polkit's words: who is meant by each element of <defaults>, and what each of its answers asks. */
const SUBJECT = {
  allow_any: 'elsewhere',
  allow_inactive: 'in an inactive session',
  allow_active: 'at the machine',
};
const ANSWER: Readonly<Record<string, string>> = {
  yes: 'allowed',
  no: 'denied',
  auth_admin: 'the password of an administrator',
};

interface Action {
  readonly id: string;
  readonly description: string;
  readonly defaults: string;
}

function actionsOf(policy: string): Action[] {
  return [...policy.matchAll(/<action id="([^"]+)">([^]*?)<\/action>/g)].map(([, id = '', body = '']) => {
    const content = (element: string): string =>
      new RegExp(`<${element}>([^<]*)</${element}>`).exec(body)?.[1] ?? '';
    const defaults = Object.entries(SUBJECT).map(([element, who]) => {
      const answer = ANSWER[content(element)];
      if (answer === undefined) throw new Error(`${id}: no words for ${element} "${content(element)}"`);
      return `${who}, ${answer}`;
    });
    return { id, description: content('description'), defaults: defaults.join('; ') };
  });
}
