import { defineRule } from '../rule.js';
import { optionSetBy } from '../shared/setting.js';
import { whenRefused } from './refusal.js';
import { sentence } from '../../text/advice-line.js';

type Data = {
  readonly option: string;
  readonly setBy: string;
};

export const optionWithoutValue = defineRule<Data>({
  code: 'CG208',
  slug: 'option-without-value',
  severity: 'error',
  certainty: 'exact',
  title: 'A storage option has no "="',
  explanation: [
    'Storage options have the form key=value. Every driver parses them with ParseKeyValueOpt ' +
      '(pkg/parsers) and refuses an option without an equals sign, including an empty string in a list.',
  ],
  remedy: ['Write the option as key=value, or remove it.'],
  references: ['crio.conf(5)', 'containers-storage.conf(5)'],
  messageId: '1b29f1ea8f3a4c2cd39e8429b53d8f5a',
  since: '0.1.0',
  follows: ['CG114'],
  check: (diagnosis) =>
    whenRefused(diagnosis, ['option-without-value'], ({ option }, store) => ({
      option,
      setBy: optionSetBy(store, option),
    })),
  message: ({ option }) => `The storage option "${option}" has no "=", so CRI-O refuses to start.`,
  advice: ({ option, setBy }) => [
    ...(setBy === '' ? [] : [sentence(`It is set by ${setBy}.`)]),
    option === ''
      ? sentence('Remove the empty string from storage_option.')
      : sentence(`Write "${option}=VALUE", or remove it there.`),
  ],
  examples: {
    fail: [
      { files: { '/etc/crio/crio.conf.d/10-zfs.conf': '[crio]\nstorage_option = ["zfs.fsname"]\n' } },
      { files: { '/etc/crio/crio.conf.d/10-zfs.conf': '[crio]\nstorage_option = [""]\n' } },
    ],
    pass: [
      {},
      { files: { '/etc/crio/crio.conf.d/10-zfs.conf': '[crio]\nstorage_option = ["zfs.fsname="]\n' } },
    ],
  },
});
