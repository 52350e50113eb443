#!/bin/bash
# Each correction, and each fault at boot that calls for one, through a real reboot: CRI-O comes up by itself, and its
# layers lie where they belong. The correction of cri-o/cri-o#8771 is in the scenario of a node's life.
# shellcheck source=../guest/lib.sh
# shellcheck disable=SC2317 # the functions of a boot are called by its name
. /usr/local/lib/vm/lib.sh

# PART=1/2 and PART=2/2: a half of the boots each.
boots=(masked slow key skeleton module options kata fsname read_only)
[[ $# != 0 ]] || echo "${PART-}" >/root/part
case $(</root/part) in
  1/2) boots=("${boots[@]:0:4}") ;;
  2/2) boots=("${boots[@]:4}") ;;
esac
env_file=/run/crio-guard/crio.env

dataset() {
  zpool create -m none tank "$D0"
  zfs create -o mountpoint=/var/lib/crio "$@" tank/crio
}
# A layout that works, and a CRI-O that makes a layer at each start.
healthy() {
  dataset "$@"
  mkdir -p /var/lib/crio/containers
  storage_conf /var/lib/crio/containers
  stand_in '{"createLayer": true}'
}
is_mounted() { [[ $(findmnt -no SOURCE /var/lib/crio) == tank/crio ]]; }
layer() { zfs list -H -o name -r -d 1 tank/crio | grep -E '^tank/crio/[0-9a-f]{64}$'; }
has_layer() { eventually 30 layer; }
tells() { journalctl -b -q --no-pager -o cat -u crio | grep -F -- "$1"; }
# corrected KIND: the last correction stands, and an action of this kind is part of it
corrected() {
  jq -e --arg kind "$1" '.entries[-1] | .status == "applied" and any(.actions[]; .kind == $kind)' /var/lib/crio-guard/ledger.json
}
works() {
  check "CRI-O comes up by itself" comes_up
  check "its dataset is mounted" is_mounted
  check "a layer lies in it" has_layer
}

before_masked() { healthy && systemctl -q mask zfs-mount.service; }
after_masked() {
  works
  check "it was mounted by crio-guard" corrected mount-dataset
  systemctl -q unmask zfs-mount.service
}

slow=/etc/systemd/system/zfs-mount.service.d/slow.conf
before_slow() {
  healthy
  mkdir -p "${slow%/*}"
  printf '[Service]\nExecStartPre=/bin/sleep 60\n' >"$slow"
}
after_slow() {
  works
  check "and nothing was corrected" test ! -s /var/lib/crio-guard/ledger.json
  rm -r "${slow%/*}"
}

before_key() {
  head -c 32 /dev/urandom >/root/zkey
  healthy -o encryption=on -o keyformat=raw -o keylocation=file:///root/zkey
}
after_key() {
  works
  check "its key was loaded by crio-guard" corrected load-key
  rm /root/zkey
}

# What CRI-O leaves behind when it starts while its dataset is not mounted.
before_skeleton() {
  healthy -o overlay=off
  printf 'mode = "off"\n' >/etc/crio-guard/crio-guard.conf
  zfs unmount tank/crio
  systemctl start crio
  systemctl stop crio
  printf 'deadline = 60\n' >/etc/crio-guard/crio-guard.conf
  mkdir -p /var/lib/crio/containers
}
after_skeleton() {
  works
  check "what was in the way was renamed" corrected rename-directory
  check "and is kept" test -d /var/lib/crio.before-crio-guard
  systemctl stop crio
  zfs unmount tank/crio
  rm -r /var/lib/crio.before-crio-guard
}

# The command zfs loads the module, too, and so does who opens the /dev/zfs that systemd makes at boot.
no_module=(zfs-{load-module,import-cache,import-scan,mount,share,volume-wait,zed}.service kmod-static-nodes.service)
before_module() {
  healthy
  systemctl -q mask "${no_module[@]}"
  ln -s /dev/null /etc/udev/rules.d/90-zfs.rules
}
after_module() {
  check "CRI-O is not started without its pool" eventually 240 bash -c "journalctl -b -q -o json -u crio | grep -q CRIO_GUARD_DECISION.*stop"
  check "the module is loaded" test -e /sys/module/zfs
  check "by crio-guard" corrected load-module
  systemctl -q unmask "${no_module[@]}"
  rm /etc/udev/rules.d/90-zfs.rules
  zpool import tank
  zfs mount -a
  works
}

before_options() {
  healthy
  storage_conf /var/lib/crio/containers overlay
  printf '[storage.options.overlay]\nmountopt = "nodev"\n' >>/etc/containers/storage.conf
  mkdir -p /etc/crio/crio.conf.d
  printf '[crio]\nstorage_driver = "zfs"\n' >/etc/crio/crio.conf.d/10-storage.conf
  systemctl start crio
}
after_options() {
  works
  check "the variable was made again" grep -x STORAGE_DRIVER=zfs "$env_file"
  check "by a correction" corrected write-file
}

before_kata() {
  healthy
  mkdir -p /etc/crio/crio.conf.d
  printf '[crio]\nstorage_option = ["overlay.skip_mount_home=true"]\n' >/etc/crio/crio.conf.d/99-kata-deploy
  systemctl start crio
}
after_kata() {
  works
  check "the list was made again without the option" grep -E '^CONTAINER_STORAGE_OPT=' "$env_file"
  check "the file of kata-deploy is as it was" grep -q skip_mount_home /etc/crio/crio.conf.d/99-kata-deploy
  printf '' >/etc/crio/crio.conf.d/99-kata-deploy
  check "once the file is mended CRI-O starts without it" systemctl restart crio
  check "and the list is gone" test ! -e "$env_file"
}

# Layers lie below a dataset that the configuration names no more.
before_fsname() {
  dataset
  storage_conf /var/lib/crio
  printf '[storage.options.zfs]\nfsname = "tank/crio"\n' >>/etc/containers/storage.conf
  stand_in '{"createLayer": true}'
  systemctl start crio
  systemctl stop crio
  storage_conf /var/lib/crio
}
after_fsname() {
  works
  check "graphroot stays, and its dataset is named" bash -c 'crio-guard --config | grep -F "zfs.fsname=tank/crio"'
  check "by a correction" corrected write-file
  systemctl stop crio
}

unit=/etc/systemd/system/read-only-etc.service
before_read_only() {
  dataset
  storage_conf /var/lib/crio
  stand_in '{"createLayer": true}'
  printf '[Unit]\nBefore=crio.service\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c "mount --bind /etc /etc && mount -o remount,bind,ro /etc"\n[Install]\nRequiredBy=crio.service\n' >"$unit"
  systemctl -q enable read-only-etc.service
}
after_read_only() {
  check "/etc cannot be written" bash -c '! touch /etc/written'
  works
  check "graphroot is moved by a variable" grep -x CONTAINER_ROOT=/var/lib/crio/containers "$env_file"
  systemctl stop crio
  umount /etc
  systemctl -q disable read-only-etc.service
  rm "$unit"
}

declare -A title=(
  [masked]='the dataset is not mounted at boot: zfs-mount.service is masked'
  [slow]='zfs-mount.service takes a minute'
  [key]='the key of the dataset lies in a file'
  [skeleton]="CRI-O's own directories in the way, overlay=off"
  [module]='the module is not loaded at boot'
  [options]='options of overlay that storage.conf brings along'
  [kata]='an option that another program adds to crio.conf.d'
  [fsname]='a store whose layers lie in a dataset that nothing names'
  [read_only]='cri-o/cri-o#8771 where /etc cannot be written'
)

# The layout NAME is made, and looked at after the next boot.
boot() {
  scenario "${title[$1]}"
  rm -rf /var/lib/crio-guard
  "before_$1" >/root/made 2>&1 || { cat /root/made; check "the layout is made" false; }
  systemctl -q enable crio
  reboot_into "$1"
  exit 0
}

if [[ $# == 0 ]]; then boot "${boots[0]}"; fi
take_up_counts
"after_$1"
systemctl -q disable --now crio
for number in "${!boots[@]}"; do
  [[ ${boots[number]} == "$1" ]] || continue
  [[ -z ${boots[number + 1]-} ]] || boot "${boots[number + 1]}"
done
finish
