#!/usr/bin/python3
"""Random layouts of pools, datasets, mounts, links, files and options, a JSON line each, for layouts.py:

  test/vm/random_layouts.py SEED COUNT > cases.jsonl

The same seed gives the same layouts. Nothing is expected of them: layouts.py records the host and what
each containers-storage did, and test/driver/random-layouts.test.ts compares the prediction with that.
"""

import json
import random
import shlex
import sys

q = shlex.quote


class Layout:
    """One layout in the making: every choice leaves its shell lines, files and settings here."""

    def __init__(self, rng):
        self.rng = rng
        self.setup, self.files, self.env, self.args, self.kinds = [], {}, {}, [], []
        # Where relative paths lead; layouts.py takes the rest away.
        self.cleanup = ["rm -rf --one-file-system /images /run/rel"]
        self.options, self.driver, self.imagestore, self.runroot = [], "zfs", "", "/run/crio-run"
        self.graphroot = ""

    def one(self, *choices):
        return self.rng.choice(choices)

    def maybe(self, chance):
        return self.rng.random() < chance

    def run(self, line):
        """A line that may fail: what it leaves is the layout all the same."""
        self.setup.append(f"{{ {line}; }} 2>/dev/null || true")

    # --- pools and datasets -----------------------------------------------------------------

    def pools(self):
        root = self.one("none", "none", "/tank", "/tank", "legacy")
        self.setup.append(f"zpool create -f -O mountpoint={root} tank $D0")
        self.other_pool = self.maybe(0.2)
        if self.other_pool:
            self.setup.append(f"zpool create -f -O mountpoint={self.one('none', '/aux')} aux $D1")

    def main_dataset(self):
        self.top = self.one("/var/lib/crio", "/var/lib/crio", "/srv/crio", "/data", "/opt/c/s", "/srv/my data", "/srv/ärger",
                            "/srv/a\tb", "/srv/#1", "/srv/deep/er/still", "/var/lib/containers/storage", "/srv/back\\slash")
        pool = "aux" if self.other_pool and self.maybe(0.3) else "tank"
        self.dataset = f"{pool}/{self.one('crio', 'crio', 'a b', 'x.y-z_1', 'p/q', 'c:d')}"
        given = [f"mountpoint={self.top}"]
        if self.maybe(0.1):
            self.kinds.append("legacy")
            given = ["mountpoint=legacy"]
        if self.maybe(0.08):
            given.append(f"canmount={self.one('off', 'noauto')}")
            self.kinds.append(given[-1])
        if self.maybe(0.07):
            self.kinds.append("key")
            self.setup.append("printf 12345678 > /run/zkey")
            given += ["encryption=on", "keyformat=passphrase", "keylocation=file:///run/zkey"]
        if self.maybe(0.05):
            self.kinds.append("quota")
            given.append(f"{self.one('quota', 'refquota')}=2M")
        if self.maybe(0.5):
            self.run(f"mkdir -p {q(self.top)}")
        self.run("zfs create -p " + " ".join("-o " + q(o) for o in given) + " " + q(self.dataset))
        if "legacy" in self.kinds and self.maybe(0.8):
            self.run(f"mkdir -p {q(self.top)} && mount -t zfs {q(self.dataset)} {q(self.top)}")
        if "canmount=noauto" in self.kinds and self.maybe(0.7):
            self.run(f"zfs mount {q(self.dataset)}")

    def place(self):
        """graphroot, before anything is made of the way to it."""
        below = self.one("", "", "/containers", "/containers", "/containers", "/a/b/c", "/x y", "/zfs", "/c")
        self.graphroot = self.top + below

    def near(self):
        """A directory at, above or below graphroot."""
        parent = self.graphroot.rsplit("/", 1)[0] or "/srv"
        return self.one(self.graphroot, self.graphroot, self.top, parent, self.graphroot + "/zfs", self.graphroot + "/zfs-images",
                        self.graphroot + "/x")

    # --- what may be done to it -------------------------------------------------------------

    def twist(self):
        name = self.one(
            "child", "child", "unmount", "bind", "bind", "bind_over", "cover", "cover", "stacked", "remount_ro", "readonly", "full",
            "link", "link", "link", "link_middle", "dangling", "loop", "file", "file", "file", "json", "json", "json", "json",
            "imagestore", "imagestore", "runroot", "runroot", "snapshot_mount", "export", "degraded", "other_fs_root", "prior", "kernel",
            "long", "locks", "subdirs", "unload_key", "hide")
        self.kinds.append(name)
        getattr(self, "twist_" + name)()

    def twist_child(self):
        name = self.dataset + "/" + self.one("containers", "c", "zfs", "zfs-images", "with blank")
        point = "" if self.maybe(0.5) else "-o mountpoint=" + q(self.near()) + " "
        self.run(f"zfs create {point}{q(name)}")
        if self.maybe(0.3):
            self.run(f"zfs unmount {q(name)}")
        if self.maybe(0.2):
            self.run(f"zfs set readonly=on {q(name)}")

    def twist_unmount(self):
        self.run(f"umount {q(self.top)}")
        if self.maybe(0.3):
            self.run(f"mkdir -p {q(self.graphroot)}")

    def twist_bind(self):
        source = self.one(self.top, self.top + "/sub", self.graphroot)
        target = self.one("/mnt/b", "/elsewhere", "/srv/with blank")
        self.run(f"mkdir -p {q(source)} {q(target)} && mount --bind {q(source)} {q(target)}")
        if self.maybe(0.3):
            self.run(f"mount -o remount,bind,ro {q(target)}")
        if self.maybe(0.2):
            self.run(f"umount {q(self.top)}")
        if self.maybe(0.7):
            self.graphroot = target + self.one("", "/x", "/x/y")

    def twist_bind_over(self):
        self.run(f"mkdir -p {q(self.near())} /elsewhere && mount --bind /elsewhere {q(self.near())}")

    def twist_cover(self):
        point = self.near()
        kind = self.one("tmpfs", "tmpfs", "ramfs", "ext4", "proc")
        ro = " -o ro" if self.maybe(0.2) else ""
        if kind == "ext4":
            self.run("mkdir -p /run/crio-guard && truncate -s 16M /run/crio-guard/ext4 && mkfs.ext4 -qF /run/crio-guard/ext4")
            self.run(f"mkdir -p {q(point)} && mount{ro} -o loop /run/crio-guard/ext4 {q(point)}")
        else:
            self.run(f"mkdir -p {q(point)} && mount{ro} -t {kind} {kind} {q(point)}")
        self.kinds[-1] += " " + kind

    def twist_stacked(self):
        pool = "aux" if self.other_pool else "tank"
        point = self.one(self.top, self.graphroot)
        self.run(f"zfs create -o mountpoint={q(point)} -o canmount=noauto {pool}/two && mkdir -p {q(point)} && zfs mount -O {pool}/two")
        if self.maybe(0.3):
            self.run(f"zfs set readonly=on {pool}/two")

    def twist_remount_ro(self):
        made = self.one("", "", "/zfs", "/zfs /zfs-images /zfs-containers", "/mounts /zfs")
        self.run("mkdir -p " + " ".join(q(self.graphroot + d) for d in (made.split() or [""])))
        if self.maybe(0.4):
            self.run(f"touch {q(self.graphroot)}/storage.lock {q(self.graphroot)}/userns.lock")
        self.run(f"mount -o remount,ro {q(self.top)}")

    def twist_readonly(self):
        if self.maybe(0.5):
            self.run("mkdir -p " + q(self.graphroot + self.one("", "/zfs", "/x")))
        self.run(f"zfs set readonly=on {q(self.dataset)}")

    def twist_full(self):
        if self.maybe(0.5):
            self.run("mkdir -p " + q(self.graphroot + self.one("", "/zfs")))
        self.run(f"zfs set {self.one('quota', 'refquota')}=2M {q(self.dataset)}")
        self.run(f"head -c 4M /dev/urandom > {q(self.top)}/full; zpool sync")

    def twist_link(self):
        target = self.one(self.graphroot, self.top, "/elsewhere")
        link = self.one("/lnk/g", "/srv/l", "/data2")
        if self.maybe(0.3) and target.startswith("/"):
            target_text = "../" * (link.count("/") - 1 or 1) + target.lstrip("/")
        else:
            target_text = target
        self.run(f"mkdir -p {q(target)} /lnk /srv; ln -sfn {q(target_text)} {link}")
        if self.maybe(0.3):
            self.run(f"ln -sfn {link} /lnk/second")
            link = "/lnk/second"
        self.graphroot = link + self.one("", "", "/x", "/x/y")

    def twist_link_middle(self):
        self.run(f"mkdir -p {q(self.top)}/real && ln -sfn {self.one('real', '/elsewhere', './real', '../')} {q(self.top)}/m")
        self.graphroot = self.top + "/m" + self.one("", "/g", "/g/h")

    def twist_dangling(self):
        self.run(f"mkdir -p /lnk; ln -sfn {self.one('/nowhere', 'nowhere', q(self.top) + '/not/there', q(self.top) + '/not')} /lnk/d")
        self.graphroot = "/lnk/d" + self.one("", "/x", "/x/y")

    def twist_loop(self):
        self.run("mkdir -p /lnk; ln -sfn /lnk/b /lnk/a; ln -sfn /lnk/a /lnk/b; ln -sfn self /lnk/self")
        self.graphroot = self.one("/lnk/a", "/lnk/self") + self.one("", "/x", "/x/y")

    def twist_file(self):
        name = self.one("", "", "/zfs", "/storage.lock", "/userns.lock", "/zfs-images", "/zfs-containers", "/zfs-images/images.lock",
                        "/zfs-containers/containers.lock", "/zfs-images/images.json", "/zfs-containers/containers.json",
                        "/zfs-containers/volatile-containers.json", "/mounts", "/zfs-layers", "/zfs-layers/layers.json")
        path = self.graphroot + name
        parent = path.rsplit("/", 1)[0] or "/"
        what = self.one("touch", "touch", "mkdir -p", "mkdir -p", "ln -sfn /nowhere/x", "ln -sfn /elsewhere", "ln -sfn loop", "mkfifo")
        if what == "mkfifo" and name.endswith(".json"):
            what = "mkdir -p"
        if what == "ln -sfn loop":
            what = f"ln -sfn {q(path)}"
        self.kinds[-1] += f" {name or 'graphroot'} {what.split()[0]}"
        self.run(f"mkdir -p /elsewhere {q(parent)} && {what} {q(path)}")
        if name == "" and self.maybe(0.3):
            self.graphroot += "/below"

    JSON = [
        "broken", "", " ", "[]", "null", "{}", "[", "]", '"x"', "5", "true", "[1]", "[null]", "[[]]", '["a"]', '[{"id":5}]', '[{"id":"a"}]',
        '[{"id":"a"}', '[{"id":"a"', '[{"id":"a', '[{"id":"a"},]', "[{}]", "[{},{}]", "[{}{}]", "nul", "nope", "\n\n  broken", "[]x", "[] ]",
        "[{'id':'a'}]", '{"id":"a"}', '[{"names":"x"}]', '[{"names":["x",5]}]', '[{"id":"a","names":["x"]},{"id":"b","names":["x"]}]',
        '[{"big-data-sizes":{"a":"b"}}]', '[{"big-data-sizes":{"a":1.5}}]', '[{"big-data-sizes":[]}]', '[{"digest":"bad"}]',
        '[{"digest":"sha256:abc"}]', '[{"created":5}]', '[{"created":"yesterday"}]', '[{"flags":{"a":[1,{"b":null}]}}]', '[{"flags":5}]',
        '[{"other":nope}]', '[{"other":[1,2,}]', '[{"id":"a\\x"}]', '[{"id":"\\u00"}]', "\ufeff[]", "[{\"id\":\"ä\"}] ä", "//\n[]",
        '[{"id":"' + "x" * 100 + '"}, oops, {"id":"' + "y" * 100 + '"}]', "x" * 200, "<html>\n<body>\n", "id: a\n",
        '[{"id":"a"}]' * 2, '[{"id" "a"}]', '[{"id":}]', '[{,}]', '[,]', '[{"id":"a\tb"}]', '[{"uidmap":[{"size":"x"}]}]', '[{"uidmap":{}}]']

    def twist_json(self):
        which = self.one("images/images", "images/images", "containers/containers", "containers/volatile-containers")
        root = self.one(self.graphroot, self.graphroot, self.graphroot, self.imagestore or self.graphroot)
        path = f"{root}/{self.driver or 'zfs'}-{which}.json"
        text = self.one(*self.JSON)
        self.kinds[-1] += " " + text[:20]
        self.run(f"mkdir -p {q(path.rsplit('/', 1)[0])} && printf %s {q(text)} > {q(path)}")

    def twist_imagestore(self):
        self.imagestore = self.one(self.top + "/images", "/elsewhere", "/srv/images", self.graphroot, self.graphroot + "/images", self.top,
                                   "images", "/srv//images/", "/srv/./a/../images", "/dev/null", "/lnk/i")
        if self.maybe(0.3):
            what = self.one("mkdir -p", "touch", "ln -sfn /elsewhere", "ln -sfn /nowhere")
            self.run(f"mkdir -p /lnk /srv && {what} {q(self.imagestore)}")
        if self.maybe(0.3):
            self.run(f"mkdir -p {q(self.imagestore)}; mount -t tmpfs {self.one('', '-o ro')} tmpfs {q(self.imagestore)}")
        if self.maybe(0.3):
            name = self.one("zfs", "zfs-images", "zfs-images/images.lock")
            self.run(f"cd {q(self.imagestore)} && mkdir -p {q(name)} && {{ rmdir {name} && touch {name}; }}")

    def twist_runroot(self):
        self.runroot = self.one("/run/crio-run", "/run/crio/x/y", self.graphroot, self.top + "/run", "/lnk/r", "/srv/run", "run/rel", "/proc/run")
        if self.maybe(0.4):
            what = self.one("mkdir -p", "touch", "ln -sfn /elsewhere", "ln -sfn /nowhere")
            self.run(f"mkdir -p /lnk /srv /elsewhere && {what} {q(self.runroot)}")
        if self.maybe(0.4):
            name = self.one("zfs-containers", "zfs-locks", "zfs-containers/x")
            self.run(f"mkdir -p {q(self.runroot)} && cd {q(self.runroot)} && {self.one('touch', 'mkdir -p', 'ln -sfn /nowhere')} {name}")
        if self.maybe(0.3):
            self.run(f"mkdir -p {q(self.runroot)}; mount -t tmpfs {self.one('', '-o ro')} tmpfs {q(self.runroot)}")

    def twist_snapshot_mount(self):
        self.run(f"zfs snapshot {q(self.dataset + '@s')} && mkdir -p /mnt/s && mount -t zfs {q(self.dataset + '@s')} /mnt/s")
        if self.maybe(0.5):
            self.graphroot = "/mnt/s" + self.one("", "/x")

    def twist_export(self):
        self.run(f"zpool export {self.dataset.split('/')[0]}")

    def twist_degraded(self):
        if not self.other_pool:
            self.run("zpool attach -f tank $D0 $D1; zpool wait -t resilver tank; zpool offline tank $D1")

    def twist_other_fs_root(self):
        self.graphroot = self.one("/mnt/g", "/srv/g", "/run/crio/g", "/dev/shm/g", "/", "/proc/x", "/sys/x", "/proc/self/x", "/dev/g", "/sys/fs/cgroup/g",
                                  "/proc/sys/x", "/sys/kernel/x", "/dev/pts/x", "/etc/passwd", "/etc/passwd/x", "/dev/null", "/run")
        if self.graphroot.startswith("/dev/") or self.graphroot == "/run":
            self.cleanup.append("rm -rf /dev/g /dev/shm/g /run/zfs /run/zfs-* /run/overlay* /run/vfs* /run/storage.lock /run/userns.lock")
        if self.graphroot == "/":
            self.cleanup.append("rm -rf /zfs /zfs-* /overlay* /vfs* /mounts /storage.lock /userns.lock")
        if "cgroup" in self.graphroot:
            self.cleanup.append("rmdir /sys/fs/cgroup/g/* /sys/fs/cgroup/g")

    def twist_prior(self):
        for name in self.rng.sample(["overlay", "aufs", "btrfs", "zfs", "vfs", "devicemapper"], self.one(1, 1, 2)):
            self.run(f"mkdir -p {q(self.graphroot)} && {self.one('mkdir -p', 'mkdir -p', 'touch', 'ln -sfn /nowhere')} {q(self.graphroot)}/{name}")

    def twist_kernel(self):
        kind = self.one("nodev", "nodev", "unload", "nocmd", "nocmd", "relative", "dev_directory", "dev_file")
        self.kinds[-1] = kind
        if kind == "nodev":
            self.setup.append("mv /dev/zfs /dev/zfs.off")
            self.cleanup.append("mv /dev/zfs.off /dev/zfs")
        elif kind in ("dev_directory", "dev_file"):
            self.setup.append("mv /dev/zfs /dev/zfs.off; " + ("mkdir /dev/zfs" if kind == "dev_directory" else "touch /dev/zfs"))
            self.cleanup.append("rm -rf /dev/zfs; mv /dev/zfs.off /dev/zfs")
        elif kind == "unload":
            self.setup.append(". /usr/local/lib/vm/lib.sh; unload_zfs")
        elif kind == "relative":
            self.env["PATH"] = self.one("usr/sbin:/usr/sbin:/usr/bin", "/usr/sbin/:/usr/bin", "//usr//sbin:/usr/bin", ":/usr/sbin:/usr/bin", "sbin")
        else:
            self.run("mkdir -p /opt/path && ln -sf /bin/true /opt/path/crun")
            if self.maybe(0.3):
                self.run(self.one("touch /opt/path/zfs", "mkdir /opt/path/zfs", "ln -s /nowhere /opt/path/zfs", "ln -s /usr/sbin/zfs /opt/path/zfs"))
            self.env["PATH"] = "/opt/path"

    def twist_long(self):
        self.graphroot += "/" + self.one("x" * 255, "x" * 256, "ä" * 128, "x" * 255 + "/y/" + "z" * 300, "/".join(["d" * 100] * 42))

    def twist_locks(self):
        self.run(f"mkdir -p {q(self.graphroot)} && touch {q(self.graphroot)}/storage.lock {q(self.graphroot)}/userns.lock")

    def twist_subdirs(self):
        self.run("mkdir -p " + " ".join(q(f"{self.graphroot}/{d}") for d in ("zfs", "zfs-images", "zfs-containers", "zfs-layers")))

    def twist_unload_key(self):
        if "key" in self.kinds:
            self.run(f"zfs unmount {q(self.dataset)}; zfs unload-key {q(self.dataset)}")

    def twist_hide(self):
        """Something over the directory above, with the way rebuilt in it."""
        above = self.top.rsplit("/", 1)[0] or "/srv"
        if above.startswith(("/srv", "/opt/c", "/var/lib/crio", "/var/lib/containers")):
            self.run(f"mkdir -p {q(above)} && mount -t tmpfs tmpfs {q(above)} && mkdir -p /elsewhere")
            self.run(self.one(f"mkdir -p {q(self.top)}", f"ln -sfn /elsewhere {q(self.top)}", "true"))

    # --- what CRI-O is told -----------------------------------------------------------------

    def choose_driver(self):
        if self.maybe(0.25):
            self.driver = self.one("", "", "", "ZFS", "overlay", "overlay", "overlay2", "vfs", "vfs", "btrfs", "aufs", "devicemapper", "nosuch", "zfs ", "a/b")
            self.kinds.append(f"driver {self.driver!r}")

    def choose_options(self):
        for _ in range(self.one(0, 0, 0, 0, 1, 1, 2)):
            d = self.dataset
            option = self.one(
                f"zfs.fsname={d}", f"zfs.fsname={d}", f"zfs.fsname={d}", f"ZFS.FSName={d}", f" zfs.fsname = {d} ", "zfs.fsname=", "zfs.fsname",
                "zfs.fsname=tank", "zfs.fsname=tank/nope", f"zfs.fsname={d}/", f"zfs.fsname=/{d}", f"zfs.fsname={d}@s", f"zfs.fsname={d}#b",
                "zfs.fsname=tank/vol", "zfs.fsname=nopool/x", "zfs.fsname=TANK/crio", f"zfs.fsname={d}/child", "zfs.fsname=a//b", "zfs.fsname=tank/ä",
                "zfs.fsname=tank/a*b", "zfs.fsname=-r", "zfs.fsname=-x", "zfs.fsname=tank/" + "n" * 260, 'zfs.fsname=tank/"q"', "zfs.fsname=/mnt",
                f"zfs.fsname={self.top}", "zfs.fsname=tank/../tank", "zfs.fsname=tank/.", "zfs.fsname=tank/%x", "zfs.fsname=9tank", "zfs.fsname=mirror",
                "zfs.mountopt=nodev", "zfs.mountopt=ro", "zfs.mountopt=", "zfs.size=10G", "zfs.imagestore=/srv/i", ".mountopt=nodev", "mountopt=nodev",
                "overlay.mountopt=nodev", "overlay2.size=1G", "Overlay.mountopt=x", "vfs.mountopt=x", "vfs.ignore_chown_errors=true", "foo", "", "foo=bar",
                "zfs.foo=bar", "=x", "zfs.=x", "aufs.mountopt=x", "btrfs.min_space=1G", "devicemapper.x=y", "unknown.x=y", "ZFS.Foo=Bar",
                "overlay.size=10G", "overlay.mount_program=/nowhere", "overlay.skip_mount_home=maybe", "overlay.force_mask=abc", ".size=1G",
                "vfs.ignore_chown_errors=maybe", "overlay.inodes=x", "overlay.size=x", "zfs.fsname==x", "vfs.imagestore=/elsewhere")
            self.options.append(option)
            self.kinds.append(f"option {option[:40]}")
        if any("/vol" in o for o in self.options):
            self.run("zfs create -V 8M tank/vol")
        if any("@s" in o or "#b" in o for o in self.options):
            self.run(f"zfs snapshot {q(self.dataset + '@s')}; zfs bookmark {q(self.dataset + '@s')} {q(self.dataset + '#b')}")
        if any("/child" in o for o in self.options):
            self.run(f"zfs create {q(self.dataset + '/child')}")

    def odd_path(self, path):
        if self.maybe(0.85) or not path.startswith("/") or len(path) > 200:
            return path
        self.kinds.append("path_odd")
        return self.one(path + "/", path.lstrip("/"), "/" + path, path + "/.", path + "/x/..", path.replace("/", "//"), "./" + path.lstrip("/"),
                        "/.." + path, "/srv/.." + path)

    def tell(self):
        """Spreads the settings over the places that CRI-O reads them from."""
        root, quoted = self.odd_path(self.graphroot), lambda text: json.dumps(text, ensure_ascii=False)
        origin = self.one("storage", "storage", "storage", "usr", "crio", "dropin", "flag", "env")
        if any("\t" in text for text in (root, *self.options)):
            origin = self.one("storage", "crio", "flag")
        self.kinds.append(origin)
        base = [f"driver = {quoted(self.driver)}", f"runroot = {quoted(self.runroot)}"]
        if self.imagestore and origin not in ("flag", "env"):
            base.append(f"imagestore = {quoted(self.imagestore)}")
        in_storage = origin in ("storage", "usr")
        if in_storage and root.startswith("/") and self.maybe(0.1):
            root = "$NOSUCH" + root
        base.append(f"graphroot = {quoted(root if in_storage else '/var/lib/containers/storage')}")
        text = "[storage]\n" + "\n".join(base) + "\n"
        rest = list(self.options)
        if rest and rest[0].startswith("zfs.fsname=") and self.driver == "zfs" and self.maybe(0.5):
            text += f"[storage.options.zfs]\nfsname = {quoted(rest.pop(0).split('=', 1)[1])}\n"
        self.files["/usr/share/containers/storage.conf" if origin == "usr" else "/etc/containers/storage.conf"] = text
        crio = []
        if origin in ("crio", "dropin"):
            crio.append(f"root = {quoted(root)}")
        if origin not in ("flag", "env") and rest:
            crio.append("storage_option = [" + ", ".join(quoted(o) for o in rest) + "]")
            rest = []
        if crio:
            self.files["/etc/crio/crio.conf.d/10-storage.conf" if origin == "dropin" else "/etc/crio/crio.conf"] = "[crio]\n" + "\n".join(crio) + "\n"
        if origin == "flag":
            self.args += ["--root", root]
            for option in rest:
                self.args += ["--storage-opt", option]
            if self.imagestore:
                self.args += ["--imagestore", self.imagestore]
        if origin == "env":
            self.env["CONTAINER_ROOT"] = root
            if rest:
                self.env["CONTAINER_STORAGE_OPT"] = ",".join(rest)
            if self.imagestore:
                self.env["CONTAINER_IMAGESTORE"] = self.imagestore


def layout(seed, number):
    made = Layout(random.Random(f"{seed} {number}"))
    made.pools()
    made.main_dataset()
    made.place()
    made.choose_driver()
    for _ in range(made.one(0, 1, 1, 1, 1, 2, 2, 3)):
        made.twist()
    made.choose_options()
    made.tell()
    return {"id": f"r{seed}-{number:03}", "kind": "random", "note": ", ".join(made.kinds), "setup": made.setup, "files": made.files, "env": made.env,
            "args": made.args, "cleanup": made.cleanup, "expect": {}}


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    for number in range(count):
        print(json.dumps(layout(seed, number), ensure_ascii=False))


if __name__ == "__main__":
    main()
