import { withLayersParent, type LayersParent } from '../shared/layers-parent.js';
import { defineRule, finding, passed } from '../rule.js';
import { isBelow } from '../../host/pool-state.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

type Data = { readonly dataset: string; readonly property: 'xattr' | 'acltype'; readonly value: string };

export const lostAttributes = defineRule<Data>({
  code: 'CG503',
  slug: 'lost-attributes',
  severity: 'warning',
  certainty: 'exact',
  title: 'Layers cannot hold extended attributes or ACLs',
  explanation: [
    'Each layer inherits xattr and acltype from the dataset it is made in, and ZFS enforces both in the ' +
      'kernel.',
    'With xattr=off no layer can hold an extended attribute: file capabilities (ping, some web servers) ' +
      'and SELinux labels are lost. containers/storage only warns, "ignored xattrs in archive: ' +
      'underlying filesystem doesn\'t support them", and the program fails later, inside the container.',
    'acltype=off is the default of OpenZFS, and most images work with it; POSIX ACLs in an image are lost in ' +
      'the same way. This rule reports it only where a dataset above has acltype=posix, so that someone has ' +
      'switched it off for the layers.',
    'Layers that exist already do not get their attributes back: images must be pulled again.',
  ],
  remedy: [
    'Set xattr=sa (or on) and acltype=posix on the dataset; new layers inherit them.',
    'Remove the images that were pulled before, and pull them again.',
  ],
  references: [
    'zfsprops(7)',
    'https://github.com/nestybox/sysbox/issues/849',
    'https://github.com/containers/podman/issues/14913',
  ],
  messageId: '9988a9d541352e7f37e57a987e4f8243',
  since: '0.1.0',
  check: (diagnosis) =>
    withLayersParent(diagnosis, (_, parent) => {
      const { name } = parent.dataset;
      const { xattr, acltype } = parent.dataset.properties;
      if (xattr === 'off') return finding<Data>({ dataset: name, property: 'xattr', value: xattr });
      if (isOff(acltype) && aboveHasAcls(parent)) {
        return finding<Data>({ dataset: name, property: 'acltype', value: acltype });
      }
      return passed;
    }),
  message: ({ dataset, property, value }) =>
    property === 'xattr'
      ? `${dataset} has xattr=${value}: layers lose file capabilities and SELinux labels.`
      : `${dataset} has acltype=${value} although a dataset above it keeps ACLs: layers lose theirs.`,
  advice: ({ dataset, property }) => [
    command(`zfs set ${property === 'xattr' ? 'xattr=sa' : 'acltype=posix'} ${shellWord(dataset)}`),
    sentence('Then pull the images again; what was pulled before stays without them:'),
    command('crictl rmi --prune'),
  ],
  examples: {
    fail: [
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio', properties: { xattr: 'off' } },
        ],
      },
      {
        datasets: [
          { name: 'tank', mountpoint: 'none', properties: { acltype: 'posix' } },
          { name: 'tank/crio', mountpoint: '/var/lib/crio', properties: { acltype: 'off' } },
        ],
      },
    ],
    pass: [
      {
        datasets: [
          { name: 'tank', mountpoint: 'none', properties: { acltype: 'off' } },
          { name: 'tank/crio', mountpoint: '/var/lib/crio', properties: { xattr: 'sa', acltype: 'off' } },
        ],
      },
    ],
  },
});

/** OpenZFS before 2.1 prints noacl. */
const isOff = (acltype: string): boolean => acltype === 'off' || acltype === 'noacl';

function aboveHasAcls({ dataset, datasets }: LayersParent): boolean {
  return datasets.some(
    (above) => isBelow(dataset.name, above.name) && /^posix(acl)?$/.test(above.properties.acltype),
  );
}
