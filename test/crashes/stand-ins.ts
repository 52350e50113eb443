import { ZFS_LIST_ARGUMENTS } from '../../src/facts/zfs/datasets.js';
import { USUAL_PROPERTIES } from '../rules/machine-zfs.js';

/** A dataset of the made-up machine. */
export interface MadeDataset {
  readonly name: string;
  /** Path or `none`. */
  readonly mountpoint: string;
  /** The file of its key, which has to be loaded before it is mounted. */
  readonly keyFile?: string;
}

/**
 * Ends the program that has started this one, before or after its effect: what is cut off while a program works. The
 * file says which one.
 */
const KILL = `kill_at() { if [ -e /kill ] && [ "$(cat /kill)" = "$1" ]; then kill -9 $PPID; fi; }
word="\${0##*/} $1"`;

/**
 * Counts the programs that a run starts to look, and at one of them does something that no run expects. What comes
 * while another program makes the change is seen by the kernel alone.
 */
export const STEP = `case "\${0##*/} $1" in
'zfs mount' | 'zfs unmount' | 'zfs load-key' | modprobe* | 'systemctl daemon-reload') looks=no;;
*) looks=yes;;
esac
if [ $looks = yes ] && [ -e /steps ]; then
  # Two programs may start at the same time.
  step=$(/host/usr/bin/flock / /bin/sh -c '[ ! -e /steps ] || { printf x >>/steps; /host/usr/bin/wc -c </steps; }')
  if [ -e /flip ] && [ "$step" = "$(cat /flip-at)" ]; then
    rm -f /steps; (PATH=/usr/bin:$PATH; . /flip)
  fi
fi`;

export const FLOCK = 'exec /host/usr/bin/flock "$@"';

/** Writes the kernel's table of mounts anew, and what `zfs list` prints. Only these programs change them. */
const TABLE = `table() {
  {
    echo "20 1 $(stat -c %Hd:%Ld /) / / rw,relatime shared:1 - ext4 /dev/sda1 rw"
    number=30
    while read -r dataset mountpoint; do
      number=$((number + 1))
      echo "$number 20 $(stat -c %Hd:%Ld "$mountpoint") / $mountpoint rw,relatime shared:1 - zfs $dataset rw,xattr"
    done </machine/mounted
  } >/machine/table
  cat /machine/table >/proc/77/mountinfo
  while read -r dataset _; do
    m=no; k=-
    grep -q "^$dataset " /machine/mounted && m=yes
    if grep -q "^$dataset$" /machine/locked; then k=unavailable; [ -e /machine/key ] && k=available; fi
    sed -n "s|^$dataset	|&|p" /machine/datasets | sed "s/@mounted@/$m/; s/@keystatus@/$k/"
  done </machine/mountpoints >/machine/list
}`;

const ZFS = `${TABLE}
[ "$1" != table ] || { table; exit; }
[ -e /machine/module ] || { echo 'The ZFS modules are not loaded.' >&2; exit 1; }
${KILL}
place() { sed -n "s|^$1 ||p" /machine/mountpoints; }
case "$1" in
list)
  last=
  for argument; do last=$argument; done
  case "$last" in */*)
    grep -q "^$last " /machine/mountpoints || { echo "cannot open '$last': dataset does not exist" >&2; exit 1; }
    printf '%s\\t-\\n' "$last"; exit 0;;
  esac
  cat /machine/list;;
version) echo zfs-2.3.2-2; echo zfs-kmod-2.3.2-2;;
get) echo off;;
load-key) kill_at "$word before"; : >/machine/key; table; kill_at "$word after";;
mount)
  at=$(place "$2")
  grep -q "^$2 " /machine/mounted && { echo "cannot mount '$2': filesystem already mounted" >&2; exit 1; }
  if grep -q "^$2$" /machine/locked && [ ! -e /machine/key ]; then echo "cannot mount '$2': key not loaded" >&2; exit 1; fi
  kill_at "$word before"
  mkdir -p "$at" && mount -n --bind "/backing/$2" "$at" && echo "$2 $at" >>/machine/mounted && table
  kill_at "$word after";;
unmount)
  grep -q "^$2 " /machine/mounted || { echo "cannot unmount '$2': not currently mounted" >&2; exit 1; }
  kill_at "$word before"
  umount -n "$(place "$2")" && grep -v "^$2 " /machine/mounted >/machine/others
  cat /machine/others >/machine/mounted; rm /machine/others; table
  kill_at "$word after";;
*) exit 1;;
esac`;

/** Loads the module. No pool is imported by that alone. */
const MODPROBE = `${KILL}
kill_at "$word before"
if [ "$1" = -r ]; then rm -rf /machine/module /dev/zfs /sys/module/zfs /proc/spl
else
  mkdir -p /sys/module/zfs /proc/spl/kstat/zfs
  : >/machine/module; : >/dev/zfs; echo 2.3.2-2 >/sys/module/zfs/version; echo 0 >/sys/module/zfs/refcnt
fi
kill_at "$word after"`;

/** What CRI-O makes of its files, and of the variables over them. */
const CRIO = `[ "$1" = config ] || { echo crio version 1.36.3; exit; }
files=$(find /etc/crio/crio.conf.d -type f 2>/dev/null | LC_ALL=C sort)
value() { cat /etc/containers/storage.conf $files | sed -n "s/^ *$1 = //p" | tail -1; }
root=$(value graphroot); own=$(value root); [ -n "$own" ] && root=$own
[ -n "$CONTAINER_ROOT" ] && root=\\"$CONTAINER_ROOT\\"
fsname=$(sed -n 's/^ *fsname = "\\(.*\\)"/"zfs.fsname=\\1"/p' /etc/containers/storage.conf)
list=$(value storage_option | sed 's/^\\[//; s/\\]$//'); [ -n "$fsname" ] && list="$fsname\${list:+, $list}"
[ -n "$CONTAINER_STORAGE_OPT" ] && list="\\"$CONTAINER_STORAGE_OPT\\""
printf '[crio]\\nroot = %s\\nrunroot = "/run/c"\\nimagestore = ""\\nstorage_driver = "zfs"\\nstorage_option = [\\n' "$root"
[ -z "$list" ] || echo "$list" | sed 's/, */\\n/g' | sed 's/^/\\t/; s/$/,/'
echo ]`;

const SYSTEMCTL = `${KILL}
case "$1" in
show) case "$*" in *RequiresMountsFor*) cat /machine/ordering;; *) cat /machine/show;; esac;;
show-environment) echo PATH=/usr/sbin:/usr/bin;;
daemon-reload)
  kill_at "$word before"
  {
    echo "After=basic.target$(cat /machine/after)$(cat /etc/systemd/system/crio.service.d/* 2>/dev/null | sed -n 's/^After=/ /p' | tr -d '\\n')"
    echo "RequiresMountsFor=$(cat /etc/systemd/system/crio.service.d/* 2>/dev/null | sed -n 's/^RequiresMountsFor=//p')"
  } >/machine/ordering
  kill_at "$word after";;
esac`;

/** Programs of the made-up machine, with their scripts. What they change is in files below /machine. */
export const STAND_INS: Readonly<Record<string, string>> = {
  zfs: ZFS,
  modprobe: MODPROBE,
  crio: CRIO,
  systemctl: SYSTEMCTL,
  cp: `${KILL}\nkill_at "cp before"\n/host/bin/cp "$@"\nkill_at "cp after"`,
  find: 'exec find "$@"',
  stat: 'exec stat "$@"',
  cat: 'exec cat "$@"',
  timeout: 'exec timeout "$@"',
  logger: 'cat >/dev/null',
  'systemd-detect-virt': 'echo none; exit 1',
};

/** What `zfs list` prints of a dataset; the stand-in fills in what changes. */
export function rowOf({ name, mountpoint, keyFile }: MadeDataset): string {
  const cells: Readonly<Record<string, string>> = {
    ...USUAL_PROPERTIES,
    name,
    mountpoint,
    available: '900000000000',
    mounted: '@mounted@',
    keystatus: '@keystatus@',
    keylocation: keyFile === undefined ? 'none' : `file://${keyFile}`,
    encryptionroot: keyFile === undefined ? '-' : name,
  };
  const columns = ZFS_LIST_ARGUMENTS[ZFS_LIST_ARGUMENTS.length - 1]?.split(',') ?? [];
  return columns.map((column) => cells[column] ?? '-').join('\t');
}
