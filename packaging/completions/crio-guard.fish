# Made by "make docs" from src/cli/options.ts and src/rules; do not edit.
set -g __crio_guard_codes \
  'CG003	The configuration or the state of crio-guard contains a mistake' \
  'CG004	CRI-O and crio-guard read the configuration differently' \
  'CG005	This version of CRI-O is not supported' \
  'CG006	The configuration of CRI-O is unknown' \
  'CG008	A correction was interrupted' \
  'CG009	A correction is no longer needed and was reverted' \
  'CG010	CRI-O is not installed' \
  'CG011	CRI-O runs under a unit that crio-guard does not guard' \
  'CG101	A file that looks like a leftover sets the storage of CRI-O' \
  'CG102	A file in crio.conf.d that is not a configuration file stops CRI-O' \
  'CG103	CRI-O refuses its configuration' \
  'CG104	storage.conf does not set graphroot or runroot, and this CRI-O requires both' \
  'CG105	A key is written in two spellings, and the effective one can change at every start' \
  'CG106	storage.conf has a key that containers/storage does not know' \
  'CG107	Storage settings are in containers.conf, where no program reads them' \
  'CG108	graphroot, runroot or imagestore is a relative path' \
  'CG109	A STORAGE_ variable of crio.service has no effect' \
  'CG110	An empty storage_option list does not clear the options' \
  'CG111	storage.conf sets options for a driver other than the selected one' \
  'CG112	CRI-O does not use the graphroot of storage.conf' \
  'CG113	CRI-O refuses a flag or a variable of its command line' \
  'CG114	A storage option is split at a comma' \
  'CG115	A storage setting is in the wrong table of crio.conf' \
  'CG116	A key is set twice, and one of its values is lost' \
  'CG117	containers/storage ignores a broken storage.conf without an error' \
  'CG118	Storage settings are in a file that CRI-O does not read' \
  'CG201	graphroot is on ZFS, but its parent directory is not' \
  'CG202	The driver is zfs, but graphroot is not on ZFS' \
  'CG203	Another file system is mounted between graphroot and ZFS' \
  'CG204	The zfs command is not on the PATH of crio.service' \
  'CG205	/dev/zfs does not exist: the zfs module is not loaded' \
  'CG206	The zfs driver does not know an option' \
  'CG207	zfs.fsname does not name a ZFS file system' \
  'CG208	A storage option has no "="' \
  'CG209	CRI-O cannot create one of its directories' \
  'CG210	CRI-O cannot open a lock file in graphroot' \
  'CG211	CRI-O does not know the storage driver, or the driver cannot work here' \
  'CG212	No driver is set, and graphroot holds directories of several drivers' \
  'CG213	No driver is set, and the driver that was used before does not work' \
  'CG214	images.json or containers.json in the store is corrupt' \
  'CG215	The overlay driver does not work on this version of OpenZFS' \
  'CG216	A driver other than zfs refuses an option' \
  'CG217	Both root and runroot are empty' \
  'CG218	CRI-O cannot parse the output of the zfs command' \
  'CG301	The dataset meant for graphroot is not mounted, and CRI-O fails without it' \
  'CG302	The mountpoint of an unmounted dataset holds files' \
  'CG303	The key of the dataset meant for graphroot is not loaded' \
  'CG304	The dataset that should carry graphroot has canmount=off' \
  'CG305	A dataset that may be meant for graphroot has mountpoint=legacy or none, and nothing mounts it' \
  'CG306	The pool that CRI-O needs is not imported' \
  'CG307	The pool that CRI-O needs does not work' \
  'CG308	The pool that CRI-O uses is DEGRADED' \
  'CG309	The zfs command and the zfs module are of different versions' \
  'CG310	crio.service does not require the mount of its store' \
  'CG311	CRI-O looks at network or FUSE mounts while it searches its dataset' \
  'CG401	The dataset meant for graphroot is not mounted, and layers will land in another one without an error' \
  'CG402	Layers will land in the dataset of the root file system or in a boot environment' \
  'CG403	Layers go to zfs.fsname, while the dataset meant for graphroot is not mounted' \
  'CG404	Two datasets are mounted over each other: files go to the upper one, layers to the lower one' \
  'CG405	The dataset mounted for graphroot is hidden by something mounted over it' \
  'CG406	Another container engine makes its layers in the same dataset' \
  'CG407	CRI-O will start, but cannot make a layer: the key of its dataset is not loaded' \
  'CG409	graphroot lies on a bind mount of a directory of a dataset' \
  'CG410	A dataset that may be meant for graphroot is not mounted, and layers land in another one' \
  'CG411	A dataset has graphroot as its mountpoint and canmount=off, and layers land in another one' \
  'CG501	The dataset that layers are made in is read-only' \
  'CG502	Little space is left for layers' \
  'CG503	Layers cannot hold extended attributes or ACLs' \
  'CG504	A snapshot tool takes snapshots of layers' \
  'CG505	runroot survives a reboot' \
  'CG506	graphroot is in memory while its layers are in a pool' \
  'CG507	A symlink is on the way to graphroot' \
  'CG508	graphroot is itself a mountpoint' \
  'CG509	Very many datasets below the one of the layers' \
  'CG510	SELinux is enforcing, and graphroot has no label for containers' \
  'CG511	exec=off or setuid=off does not reach the layers' \
  'CG512	kubelet does not find the zfs command' \
  'CG513	CRI-O\'s own state files lie inside graphroot' \
  'CG514	The name of the dataset is too long for layers below it' \
  'CG601	graphroot holds images of another storage driver' \
  'CG602	CRI-O is about to check its storage, and a wipe would hit a mountpoint' \
  'CG603	A wipe can unmount file systems whose mountpoints begin like graphroot' \
  'CG604	The list of layers and the datasets do not match' \
  'CG605	Other processes still have layers mounted that CRI-O has unmounted' \
  'CG606	A rollback of the boot environment restores the list of layers, but not the layers' \
  'CG607	The list of layers cannot be read'
complete -c crio-guard -f
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l check -d 'predict what CRI-O will do with its storage; change nothing (the default)'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l fix -d 'correct what can be corrected without risk'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l revert -d 'undo the corrections that are in place, where CRI-O does not get worse by it'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l prestart -d 'run before CRI-O by crio.service: check, correct, report to the journal'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l config -d 'print the effective storage with the origin of every value'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l recommend -x -d 'print a layout that works here, as commands to paste; without POOL, what is missing'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l explain -x -a '$__crio_guard_codes' -d 'explain a finding'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l list-rules -d 'list all rules'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l record -r -F -d 'save the answers of this host to a file, for --from'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l version -d 'print the version'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l help -d 'print this help'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l dry-run -d 'with --fix or --revert: show the plan and what CRI-O will do then; change nothing'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l yes -d 'with --fix or --revert: do not ask; a terminal is asked otherwise'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l list -d 'with --revert: list the corrections that are in place, the latest first'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l id -x -d 'with --revert: only this correction, or the newest'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l force -d 'with --revert: also where CRI-O would fail, or no longer see its images'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l unneeded -d 'with --revert: keep the corrections that CRI-O needs, and name them'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l json -d 'print JSON; with --check the same as --format=json'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l format -x -a 'text json npd prometheus' -d 'with --check: text, json, npd (node-problem-detector) or prometheus'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l only -x -a '(__fish_append , $__crio_guard_codes)' -d 'with --format=npd: count only findings whose codes begin so, for example CG2,CG301'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l metrics -r -F -d 'with --check: also write the report to a file, for Prometheus'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l condition -r -F -d 'with --check: also write the verdict to a file in a few lines, for node-problem-detector'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l from -r -F -d 'check a recorded host instead of this one'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l crio-version -x -d 'predict for this version of CRI-O instead of the installed one'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l deep -d 'with --check: also search for orphaned layers, leaked mounts and snapshots; slower'
complete -c crio-guard -n 'not contains -- -- (commandline -opc)' -l verbose -d 'show every fact that is read and every step of the prediction'
