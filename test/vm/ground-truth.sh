#!/bin/bash
# In the guest: 59 layouts, each opened by the real containers-storage in three versions.
#
#   test/vm/run --in test/vm/ground-truth.sh:/gt.sh --out /out:DIR -- bash /gt.sh /out [CASE...]
#
# A CASE is a number (07) or a share of all (1/2, 2/2: two machines side by side). Writes
# OUT/results.jsonl, a line for each case and version: case, situation, arguments, env, version,
# rc, message (without "error initializing: "), log (the driver's line at level error), driver,
# dataset (where a layer landed, else what the driver named), layerError.
#
# With CRIO_GUARD set (a command, absolute) it is called first as
# `$CRIO_GUARD --record OUT/NN.json -- FLAGS`, on the untouched layout.
# shellcheck disable=SC2317 # the cases are called by name
set -u
. /usr/local/lib/vm/lib.sh
out=${1:?usage: ground-truth.sh OUT [CASE...]}
shift
mkdir -p "$out"
results=$out/results.jsonl
: >"$results"

# --- the layouts ---------------------------------------------------------------------------

it() { situation=$1; }
args() { arguments=("$@"); }
no_driver() { driver='' && sed -i 's/"zfs"/""/' /etc/containers/storage.conf; }
pool() { zpool create -f -m none tank "$D0"; }
std() { pool && zfs create -o mountpoint=/var/lib/crio "$@" tank/crio; }
encrypted() {
  printf 12345678 >/run/zkey
  std -o encryption=on -o keyformat=passphrase -o keylocation=file:///run/zkey -o pbkdf2iters=100000
}
locked() { encrypted && zfs unmount tank/crio && zfs unload-key tank/crio; }
legacy() {
  pool && zfs create -o mountpoint=legacy tank/crio && mkdir -p /var/lib/crio && mount -t zfs tank/crio /var/lib/crio
}
bound() { std && mkdir -p /var/lib/crio/containers /mnt/b && mount --bind /var/lib/crio/containers /mnt/b; }
below=/var/lib/crio/containers top=/var/lib/crio

case_01() { it 'dataset at /var/lib/crio, graph root = its mountpoint'; args --graph $top; std; }
case_02() { it 'graph root one directory below the mountpoint'; args --graph $below; std; }
case_03() { it 'fsname given, graph root = mountpoint'; args --graph $top --storage-opt zfs.fsname=tank/crio; std; }
case_04() { it 'graph root = mountpoint with a trailing slash'; args --graph $top/; std; }
case_05() { it 'graph root = mountpoint/.'; args --graph $top/.; std; }
case_06() {
  it 'parent also on ZFS: tank/srv at /srv, tank/srv/crio at /srv/crio'; args --graph /srv/crio
  pool && zfs create -o mountpoint=/srv tank/srv && zfs create tank/srv/crio
}
case_07() { it 'dataset unmounted, graph root below'; args --graph $below; std && zfs unmount tank/crio; }
case_08() {
  it 'dataset unmounted, fsname given'; args --graph $below --storage-opt zfs.fsname=tank/crio
  std && zfs unmount tank/crio
}
case_09() { it 'encrypted dataset, key unloaded, graph root below'; args --graph $below; locked; }
case_10() {
  it 'encrypted dataset, key unloaded, fsname given'; args --graph $below --storage-opt zfs.fsname=tank/crio
  locked
}
case_11() {
  it 'an overlay option given to the zfs driver'; args --graph $below --storage-opt overlay.mountopt=nodev
  std
}
case_12() {
  it "Debian's own storage.conf, no --storage-opt"; args --graph $below
  rm /etc/containers/storage.conf
  cp /opt/debian-conf/storage.conf /usr/share/containers/storage.conf
  std
}
case_13() {
  it 'graph root /data is a symlink to /var/lib/crio/containers'; args --graph /data
  std && mkdir $below && ln -s $below /data
}
case_14() {
  it 'symlink in the parent: /data2 -> /var/lib/crio, graph root /data2/containers'; args --graph /data2/containers
  std && ln -s $top /data2
}
case_15() { it 'bind mount of /var/lib/crio/containers on /mnt/b, graph root /mnt/b/x'; args --graph /mnt/b/x; bound; }
case_16() { it 'the same, graph root /mnt/b itself'; args --graph /mnt/b; bound; }
case_17() { it 'mountpoint=legacy mounted with mount -t zfs, graph root = mountpoint'; args --graph $top; legacy; }
case_18() { it 'the same, graph root below'; args --graph $below; legacy; }
case_19() { it 'deep path that does not exist yet'; args --graph $top/a/b/c; std; }
case_20() { it 'child dataset mounted at the graph root'; args --graph $below; std && zfs create tank/crio/containers; }
case_21() {
  it 'tmpfs mounted over the graph root, parent on ZFS'; args --graph $below
  std && mkdir $below && mount -t tmpfs tmpfs $below
}
case_22() { it 'dataset readonly=on, graph root below'; args --graph $below; std && zfs set readonly=on tank/crio; }
case_23() {
  it 'dataset readonly=on, graph root exists'; args --graph $below
  std && mkdir $below && zfs set readonly=on tank/crio
}
case_24() { it 'exec, setuid and devices off'; args --graph $below; std -o exec=off -o setuid=off -o devices=off; }
case_25() { it 'canmount=noauto, mounted'; args --graph $below; std -o canmount=noauto && zfs mount tank/crio; }
case_26() {
  it 'fsname names a dataset that does not exist'; args --graph $below --storage-opt zfs.fsname=tank/nope
  std
}
case_27() {
  it 'fsname names a pool that does not exist'; args --graph $below --storage-opt zfs.fsname=nopool/crio
  std
}
case_28() {
  it 'fsname names a dataset with mountpoint=none'; args --graph $top --storage-opt zfs.fsname=tank/other
  std && zfs create tank/other
}
case_29() {
  it 'fsname names a volume'; args --graph $top --storage-opt zfs.fsname=tank/vol
  std && zfs create -V 8M tank/vol
}
case_30() {
  it 'fsname names a snapshot'; args --graph $top --storage-opt zfs.fsname=tank/crio@s
  std && zfs snapshot tank/crio@s
}
case_31() { it 'zfs.mountopt=nodev, graph root below'; args --graph $below --storage-opt zfs.mountopt=nodev; std; }
case_32() { it 'unknown zfs option'; args --graph $below --storage-opt zfs.foo=bar; std; }
case_33() { it 'size option'; args --graph $below --storage-opt zfs.size=1G; std; }
case_34() { it 'PATH=/usr/bin:/bin (Debian links /usr/bin/zfs)'; args --graph $below; path=/usr/bin:/bin; std; }
case_35() { it 'PATH holds nothing but containers-storage'; args --graph $below; path=/opt/path; mkdir -p /opt/path; std; }
case_36() {
  it 'no dataset at all: /var/lib/crio is a plain directory on ext4'; args --graph $below
  pool && mkdir -p $top
}
case_37() {
  it 'pool exported, fsname given'; args --graph $below --storage-opt zfs.fsname=tank/crio
  std && zpool export tank
}
case_38() {
  it "the pool's root dataset at /var/lib/crio, graph root below"; args --graph $below
  zpool create -f -m $top tank "$D0"
}
case_39() { it 'no driver named, graph root below'; args --graph $below; no_driver; std; }
case_40() { it 'no driver named, graph root = mountpoint'; args --graph $top; no_driver; std; }
case_41() {
  it 'two datasets stacked on /var/lib/crio'; args --graph $below
  std && zfs create -o mountpoint=$top -o canmount=noauto tank/over && zfs mount -O tank/over
}
case_42() {
  it 'quota reached (available 0)'; args --graph $below
  std -o quota=2M
  head -c 4M /dev/urandom >$top/full 2>/dev/null
  zpool sync tank
  [[ $(zfs get -Hp -o value available tank/crio) == 0 ]]
}
case_43() { it 'module not loaded'; args --graph $below; std && unload_zfs; }
case_44() {
  it 'module not loaded, fsname given'; args --graph $below --storage-opt zfs.fsname=tank/crio
  std && unload_zfs
}
case_45() { it 'fsname with a trailing slash'; args --graph $top --storage-opt zfs.fsname=tank/crio/; std; }
case_46() { it 'fsname with a leading slash'; args --graph $top --storage-opt zfs.fsname=/tank/crio; std; }
case_47() { it 'fsname empty, graph root below'; args --graph $below --storage-opt zfs.fsname=; std; }
case_48() { it 'fsname empty, graph root = mountpoint'; args --graph $top --storage-opt zfs.fsname=; std; }
case_49() { it 'ZFS.FSName in capitals'; args --graph $top --storage-opt ZFS.FSName=tank/crio; std; }
case_50() { it 'zfs.fsname without ='; args --graph $top --storage-opt zfs.fsname; std; }
case_51() {
  it 'fsname given twice: the last wins'
  args --graph $top --storage-opt zfs.fsname=tank/crio --storage-opt zfs.fsname=tank/other
  std && zfs create tank/other
}
case_52() { it 'dataset name with a space, graph root below'; args --graph $below; pool && zfs create -o mountpoint=$top 'tank/a b'; }
case_53() {
  it 'fsname names a readonly dataset'; args --graph $top --storage-opt zfs.fsname=tank/ro
  std && zfs create -o readonly=on tank/ro
}
case_54() {
  it 'graph root holds an overlay store'; args --graph $below
  std && mkdir -p $below/overlay/l $below/overlay-{layers,images,containers}
  printf '[]' | tee $below/overlay-layers/layers.json $below/overlay-images/images.json >/dev/null
}
case_55() { it 'overlay driver on the dataset'; args --graph $below; driver=overlay; std; }
case_56() { it 'encrypted dataset, key loaded, mounted'; args --graph $below; encrypted; }
case_57() {
  it 'mounted at /mnt/b only (bind kept, /var/lib/crio unmounted)'; args --graph /mnt/b/x
  std && mkdir -p /mnt/b && mount --bind $top /mnt/b && umount $top
}
case_59() {
  it 'fsname names the pool itself, graph root on ext4'; args --graph $below --storage-opt zfs.fsname=tank
  pool && mkdir -p $top
}
case_60() {
  it 'parent on ZFS, own dataset not mounted: layers land in the parent'; args --graph /srv/crio
  pool && zfs create -o mountpoint=/srv tank/srv && zfs create tank/srv/crio && zfs unmount tank/srv/crio
}

# --- running one ---------------------------------------------------------------------------

set_up() {
  driver=zfs path=$PATH arguments=() situation=
  reset_storage
  printf '[storage]\ndriver = "zfs"\ngraphroot = "/var/lib/containers/storage"\nrunroot = "/run/crio"\n' >/etc/containers/storage.conf
  "case_$1" || { echo "case $1: the layout could not be made" >&2; exit 1; }
  graph=${arguments[1]}
}

# What a run of containers-storage may leave behind, to be compared and taken away.
look() {
  vm_read_mounts
  datasets='' files=''
  [[ ! -e /sys/module/zfs ]] || datasets=$(zfs list -H -o name)
  [[ ! -d $graph ]] || files=$(ls -A "$graph/")
  seen="${vm_points[*]} | $datasets | $files"
}

remember() {
  local parent=$graph
  missing=
  while [[ ! -e $parent ]]; do
    missing=$parent
    parent=${parent%/*}
  done
  look
  had_mounts=("${vm_points[@]}") had_datasets=$datasets had_files=$files had_seen=$seen
}

# Back to the layout as it was set up; fails if it does not come out the same.
put_back() {
  local line point i
  local -A had=()
  for point in "${had_mounts[@]}"; do had[$point]=$((${had[$point]:-0} + 1)); done
  vm_read_mounts
  for point in "${vm_points[@]}"; do had[$point]=$((${had[$point]:-0} - 1)); done
  for ((i = ${#vm_points[@]} - 1; i >= 0; i--)); do
    point=${vm_points[i]}
    ((had[$point] < 0)) || continue
    had[$point]=$((${had[$point]} + 1))
    printf -v point '%b' "$point"
    umount -- "$point" || return 1
  done
  look
  while read -r line; do
    [[ -z $line || $'\n'$had_datasets$'\n' == *$'\n'$line$'\n'* ]] || zfs destroy -- "$line" || return 1
  done <<<"$datasets"
  if [[ $missing ]]; then
    rm -rf --one-file-system "$missing" /run/crio
  else
    while read -r line; do
      [[ -z $line || $'\n'$had_files$'\n' == *$'\n'$line$'\n'* ]] || rm -rf --one-file-system "${graph:?}/$line"
    done <<<"$files"
    rm -rf --one-file-system /run/crio
  fi
  vm_read_mounts
  [[ ${vm_points[*]} == "${had_mounts[*]}" ]]
}

flags() {
  local i
  [[ -z $driver ]] || printf '%s\0' --storage-driver "$driver"
  printf '%s\0' --runroot /run/crio --root "$graph"
  for ((i = 2; i < ${#arguments[@]}; i++)); do printf '%s\0' "${arguments[i]}"; done
}

store() { # COMMAND: its output in $said and $logged, its code
  local program=/opt/containers-storage/$version/containers-storage options=()
  [[ -z $driver ]] || options=(--storage-driver "$driver")
  if [[ $path == /opt/path ]]; then
    ln -sfn "$program" /opt/path/containers-storage
    program=/opt/path/containers-storage
  fi
  env PATH="$path" "$program" "${options[@]}" --run /run/crio "${arguments[@]}" "$1" >/run/gt.out 2>/run/gt.err </dev/null
  local code=$?
  said=$(</run/gt.out) logged=$(</run/gt.err)
  return $code
}

# json TEXT: as a JSON string in $quoted. Without jq: a program more is half a second more.
json() {
  quoted=${1//\\/\\\\}
  quoted=${quoted//\"/\\\"}
  quoted=${quoted//$'\n'/\\n}
  quoted=\"${quoted//$'\t'/\\t}\"
}

add() { # KEY TEXT
  json "$2"
  record+=",\"$1\":$quoted"
}

try() { # CASE with $version
  local rc=0 dataset='' word list='' line error='' record
  json "$1"
  record="{\"case\":$quoted"
  add situation "$situation"
  for word in ${driver:+--storage-driver "$driver"} --run /run/crio "${arguments[@]}"; do
    json "$word"
    list+=",$quoted"
  done
  record+=",\"arguments\":[${list#,}]"
  [[ $path == "$PATH" ]] || { json "$path"; record+=",\"env\":{\"PATH\":$quoted}"; }
  add version "$version"
  store status || rc=$?
  record+=",\"rc\":$rc"
  if ((rc)); then
    add message "${said#error initializing: }"
    [[ $logged =~ level=error[^$'\n']*backingFS=[^$'\n']* ]] && add log "${BASH_REMATCH[0]}"
  else
    add message ''
    [[ $logged =~ 'Driver Name: '([^$'\n']*) ]] && add driver "${BASH_REMATCH[1]}"
    [[ $logged =~ 'Parent Dataset: '([^$'\n']*) ]] && dataset=${BASH_REMATCH[1]}
    if store create-layer; then
      look
      [[ $'\n'$datasets =~ $'\n'([^$'\n']*)/"${said%%$'\n'*}" ]] && dataset=${BASH_REMATCH[1]}
    else
      while read -r line; do
        [[ -z $line || $line == time=* ]] || error+=${error:+$'\n'}${line#error initializing: }
      done <<<"$said"$'\n'"$logged"
      while [[ $error =~ [0-9a-f]{64} ]]; do error=${error//${BASH_REMATCH[0]}/LAYER}; done
    fi
    [[ -z $dataset ]] || add dataset "$dataset"
    [[ -z $error ]] || add layerError "$error"
  fi
  printf '%s}\n' "$record" >>"$results"
}

# By hand crio-guard looks at the PATH of the service, not at its own.
service_path() {
  local dir=/run/systemd/system/crio.service.d
  [[ $1 == /opt/path || -e $dir/path.conf ]] || return 0
  mkdir -p "$dir"
  if [[ $1 == /opt/path ]]; then printf '[Service]\nEnvironment=PATH=%s\n' "$1" >"$dir/path.conf"; else rm "$dir/path.conf"; fi
  systemctl daemon-reload
}

run_case() {
  local began=$SECONDS first=1
  set_up "$1"
  remember
  if [[ ${CRIO_GUARD-} ]]; then
    mapfile -d '' -t crio_flags < <(flags)
    service_path "$path"
    # shellcheck disable=SC2086 # a command with its arguments
    $CRIO_GUARD --record "$out/$1.json" -- "${crio_flags[@]}" >"$out/$1.guard" 2>&1 </dev/null
    look
    [[ $seen == "$had_seen" ]] || echo "case $1: recording changed the layout" | tee -a "$out/changed" >&2
  fi
  for version in $versions; do
    if [[ -z $first ]] && ! put_back 2>/dev/null; then
      echo "case $1: set up anew for $version"
      set_up "$1"
      remember
    fi
    first=
    try "$1"
  done
  echo "case $1 ($((SECONDS - began)) s): $situation"
}

all=$(declare -F | sed -n 's/^declare -f case_//p')
cases=
for word in "${@:-1/1}"; do
  if [[ $word == */* ]]; then
    cases+=" $(awk -v i="${word%/*}" -v n="${word#*/}" 'NR % n == i % n' <<<"$all")"
  else
    cases+=" $word"
  fi
done
versions=${VERSIONS:-$(cd /opt/containers-storage && printf '%s\n' [0-9]*)}

for case in $cases; do run_case "$case"; done
reset_storage
echo "$(wc -l <"$results") results of $(wc -w <<<"$cases") cases"
