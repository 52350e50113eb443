"""A stand-in for CRI-O, which Debian does not have: it works out root, runroot, imagestore,
driver and options as CRI-O does, and leaves the opening of the store to the real
containers-storage program. It shares no code with crio-guard, not even a TOML parser.

/etc/crio-stand-in.json (or the file that CRIO_STAND_IN names) may hold
  version             what it claims to be ("1.33.0")
  containersStorage   the program ("/opt/containers-storage/1.57.2/containers-storage")
  createLayer         true: make one layer at start and say so
  delay               seconds between the opened store and READY=1

Modules that only the daemon needs are imported there: `crio --version` and `crio config` are asked
several times in a scenario, and under emulation each of them takes its tenth of a second.
"""

import json
import os
import re
import stat
import sys
import time

import go_toml


# Of the CRI-O that is played; main() sets it.
version = (1, 33, 0)


class Refusal(Exception):
    """CRI-O would end here. fatal: in a log line rather than a plain one."""

    def __init__(self, message, fatal=True, level="fatal"):
        super().__init__(message)
        self.fatal = fatal
        self.level = level


def server_config_refusal(message):
    """An error in storage.conf. 1.29 meets it in a package of podman, which logs it."""
    if version < (1, 30):
        return Refusal(message, level="error")
    return Refusal(f"error loading server config: {message}", fatal=False)


def stand_in():
    values = {
        "version": "1.33.0",
        "containersStorage": "/opt/containers-storage/1.57.2/containers-storage",
        "createLayer": False,
        "delay": 0,
    }
    try:
        with open(os.environ.get("CRIO_STAND_IN", "/etc/crio-stand-in.json")) as file:
            values.update(json.load(file))
    except FileNotFoundError:
        pass
    return values


def quoted(text):
    """Go's %q, near enough for what is printed here."""
    return json.dumps(text, ensure_ascii=False)


def log(level, message):
    now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + ".000000000Z"
    print(f'time="{now}" level={level} msg={quoted(message)}', file=sys.stderr, flush=True)


ERRNO = {
    FileNotFoundError: "no such file or directory",
    IsADirectoryError: "is a directory",
    NotADirectoryError: "not a directory",
    PermissionError: "permission denied",
}


def errno_text(error):
    return ERRNO.get(type(error)) or os.strerror(error.errno).lower()


# --- TOML, with the liberties that CRI-O's parser takes -------------------------------------


def folded(value):
    """Keys in lower case; tables whose names differ in case only become one."""
    if isinstance(value, dict):
        result = {}
        for key, item in value.items():
            item, before = folded(item), result.get(key.lower())
            both = isinstance(item, dict) and isinstance(before, dict)
            result[key.lower()] = folded_together(before, item) if both else item
        return result
    if isinstance(value, list):
        return [folded(item) for item in value]
    return value


def folded_together(first, second):
    for key, item in second.items():
        both = isinstance(item, dict) and isinstance(first.get(key), dict)
        first[key] = folded_together(first[key], item) if both else item
    return first


def load_toml(path):
    """The file's tables with lower-cased keys. Errors are (verb, text) for the caller to word."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except IsADirectoryError:
        raise OSError(f"read {path}: is a directory") from None
    except OSError as error:
        raise OSError(f"open {path}: {errno_text(error)}") from None
    try:
        text = data.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
        if version < (1, 31) and "\ufffd" in text:
            raise ValueError("invalid UTF-8 byte: 0xef")
        toml11 = version >= (1, 35, 1) or "BURNTSUSHI_TOML_110" in os.environ
        return folded(go_toml.loads(text, toml11, version < (1, 35, 1)))
    except UnicodeDecodeError:
        raise ValueError("toml: invalid UTF-8") from None
    except ValueError as error:
        at = re.search(r"\(at line (\d+), column \d+\)", str(error))
        said = re.sub(r" \(at .*\)", "", str(error))
        raise ValueError(f"toml: line {at[1]}: {said}" if at else f"toml: {said}") from None


KIND = {str: "string", bool: "boolean", int: "integer", list: "slice"}
GIVEN = {str: "string", bool: "bool", int: "int64", float: "float64", list: "[]any", dict: "map[string]any"}


def typed(table, key, kind, name, default=None):
    """table[key] if it has the right type; CRI-O's complaint if it has not."""
    if key not in table:
        return default
    value = table[key]
    items = value if kind is list and isinstance(value, list) else [value]
    wanted = str if kind is list and isinstance(value, list) else kind
    for item in items:
        if type(item) is not wanted:
            given = GIVEN.get(type(item), type(item).__name__)
            raise ValueError(f'toml: line 1 (last key "{name}.{key}"): incompatible types: '
                             f"TOML value has type {given}; destination has type {KIND[wanted]}")
    return value


def table_of(parent, key, name):
    value = parent.get(key, {})
    if not isinstance(value, dict):
        raise ValueError(f"toml: type mismatch for {name}: expected table but found {GIVEN.get(type(value))}")
    return value


# --- storage.conf: the defaults -------------------------------------------------------------

DEFAULT_ROOT, DEFAULT_RUNROOT = "/var/lib/containers/storage", "/run/containers/storage"
OVERLAY = ["ignore_chown_errors", "mount_program", "mountopt", "size", "inodes", "skip_mount_home", "force_mask", "use_composefs"]
PER_DRIVER = {
    "zfs": ["fsname", "mountopt", "size"],
    "btrfs": ["min_space", "size"],
    "vfs": ["ignore_chown_errors"],
    "overlay": OVERLAY,
    "overlay2": OVERLAY,
    "aufs": ["mountopt"],
}


def of_driver(driver):
    """The keys of a driver's own table."""
    gone = (version < (1, 31), "use_composefs"), (version >= (1, 35), "aufs")
    keys = PER_DRIVER.get(driver, []) if (True, driver) not in gone else []
    return [key for key in keys if (True, key) not in gone]

THINPOOL = ["fs", "basesize", "blocksize", "directlvm_device", "min_free_space", "mountopt", "size"]
STRINGS = ["size", "mount_program", "skip_mount_home", "ignore_chown_errors", "mountopt"]


def storage_options(options, driver, file_driver):
    name = "storage.options"
    prefix = file_driver + "."
    result = [prefix + "imagestore=" + s for s in typed(options, "additionalimagestores", list, name, [])]
    result += [prefix + "additionallayerstore=" + s for s in typed(options, "additionallayerstores", list, name, [])]
    common = {key: typed(options, key, str, name, "") for key in STRINGS}
    mask = typed(options, "force_mask", int, name)
    common["force_mask"] = f"{mask:o}" if mask is not None else ""
    for key in ["size", "mount_program", "skip_mount_home", "ignore_chown_errors", "force_mask", "mountopt"]:
        if common[key]:
            result.append(f"{prefix}{key}={common[key]}")
    own = table_of(options, driver.replace("overlay2", "overlay"), "config.OptionsConfig") if driver else {}
    if version < (1, 31):
        for key in THINPOOL:
            typed(table_of(options, "thinpool", "config.thinpool"), key, str, f"{name}.thinpool")
    for other in ["zfs", "btrfs", "vfs", "overlay", "aufs"]:
        for key in of_driver(other):
            if key != "force_mask":
                typed(table_of(options, other, "config." + other), key, str, f"{name}.{other}")
    for key in of_driver(driver):
        # GetGraphDriverOptions returns with the first of btrfs's.
        if driver == "btrfs" and key == "size" and own.get("min_space"):
            break
        value = own.get(key, "")
        value = f"{value:o}" if type(value) is int else value
        value = value or common.get(key, "")
        if value:
            result.append(f"{driver}.{key}={value}")
    return result


def expanded(path):
    """$UID, then variables, then symlinks if the path exists, else only cleaned."""
    path = path.replace("$UID", str(os.getuid()))
    path = re.sub(r"\$(?:\{(\w+)\}|(\w+))", lambda m: os.environ.get(m[1] or m[2], ""), path)
    if not path:
        return ""
    return os.path.realpath(path) if os.path.exists(path) and os.path.isabs(path) else clean(path)


def clean(path):
    return re.sub(r"^//", "/", os.path.normpath(path))


def storage_conf(path, strict):
    try:
        document = load_toml(path)
        storage = table_of(document, "storage", "types.TomlConfig")
        name = "storage"
        file_driver = typed(storage, "driver", str, name, "")
        texts = {key: typed(storage, key, str, name, "") for key in ["graphroot", "runroot", "imagestore", "rootless_storage_path"]}
        priority = typed(storage, "driver_priority", list, name, [])
        typed(storage, "transient_store", bool, name)
        options_table = table_of(storage, "options", "config.OptionsConfig")
        file_driver = os.environ.get("STORAGE_DRIVER") or file_driver
        driver = file_driver
        if driver == "overlay2":
            log("warning", "Switching default driver from overlay2 to the equivalent overlay driver")
            driver = "overlay"
        options = storage_options(options_table, driver, file_driver)
        if version < (1, 31):
            check_mappings(options_table)
    except (OSError, ValueError) as error:
        log("warning", f"Failed to read {path} {error}\n")
        raise server_config_refusal(error) from None
    if not driver and not priority:
        log("warning", f"The storage 'driver' option should be set in {path}. A driver was picked automatically.")
    if "STORAGE_OPTS" in os.environ:
        given = os.environ["STORAGE_OPTS"]
        options = given.split(",") if given else []
    root, runroot = expanded(texts["graphroot"]), expanded(texts["runroot"])
    if strict:
        for value, what in (runroot, "runroot"), (root, "graphroot"):
            if not value:
                raise server_config_refusal(f"{what} must be set")
    root = root or expanded(texts["rootless_storage_path"]) or DEFAULT_ROOT
    runroot = runroot or DEFAULT_RUNROOT
    if texts["imagestore"] and texts["imagestore"] == root:
        raise server_config_refusal(f"imagestore {root} must either be not set or be a different than graphroot")
    return {"root": root, "runroot": runroot, "imagestore": texts["imagestore"], "storage_driver": driver, "storage_option": options}


def check_containers_conf():
    """A package of podman reads containers.conf in 1.29. Only what ends CRI-O matters."""
    directory = "/etc/containers/containers.conf.d"
    below = sorted(n for n in os.listdir(directory) if n.endswith(".conf")) if os.path.isdir(directory) else []
    files = ["/usr/share/containers/containers.conf", "/etc/containers/containers.conf"]
    policy = ""
    for path in files + [f"{directory}/{name}" for name in below]:
        if not os.path.exists(path):
            continue
        try:
            engine = table_of(load_toml(path), "engine", "config.EngineConfig")
            typed(engine, "cgroup_manager", str, "engine")
            policy = typed(engine, "pull_policy", str, "engine", policy)
        except (OSError, ValueError) as error:
            raise server_config_refusal(f'reading system config "{path}": decode configuration {path}: {error}') from None
    if policy.lower() not in ("", "always", "missing", "ifmissing", "ifnotpresent", "newer", "ifnewer", "never"):
        raise server_config_refusal(f'validating engine configs: invalid pull type from containers.conf "{policy}": '
                                    f'unsupported pull policy "{policy}"')


def check_mappings(options):
    """types/options.go before 1.31: the user and the ranges that containers are mapped to."""
    name = "storage.options"
    user = typed(options, "remap-user", str, name, "")
    if user:
        with open("/etc/subuid") as file:
            if not any(line.split(":")[0] == user for line in file):
                raise server_config_refusal(f'no subuid ranges found for user "{user}" in /etc/subuid')
    for key in "remap-uids", "remap-gids":
        value = typed(options, key, str, name, "")
        if value and not re.fullmatch(r"\d+:\d+:\d+(:\d+:\d+:\d+)*", value):
            raise server_config_refusal(f"initializing ID mappings: {key} setting is malformed "
                                        f'expected ["uint32:uint32:uint32"]: ["{value}"]')


def defaults(strict):
    if version < (1, 30):
        check_containers_conf()
    if "CONTAINERS_STORAGE_CONF" in os.environ:
        path = os.environ["CONTAINERS_STORAGE_CONF"]
        try:
            os.stat(path)
        except OSError as error:
            raise server_config_refusal(f"stat {path}: {errno_text(error)}") from None
        # podman's package has filled in the roots of such a file in 1.29.
        return storage_conf(path, strict and version >= (1, 30))
    home = os.environ.get("XDG_CONFIG_HOME")
    own = f"{home}/containers/storage.conf" if home else ""
    for path in "/etc/containers/storage.conf", "/usr/share/containers/storage.conf":
        if os.path.exists(path):
            if os.path.exists(own):
                storage_conf(own, False)
            return storage_conf(path, strict)
    if os.path.exists(own):
        return storage_conf(own, strict)
    return {"root": DEFAULT_ROOT, "runroot": DEFAULT_RUNROOT, "imagestore": "", "storage_driver": "", "storage_option": []}


# --- crio.conf and its drop-ins -------------------------------------------------------------


def without_duplicates(options):
    """The last of equal ones stays."""
    return [o for i, o in enumerate(options) if o not in options[i + 1:]]


def merge_file(config, path):
    try:
        document = load_toml(path)
    except ValueError as error:
        raise ValueError(f"unable to decode configuration {path}: {error}") from None
    try:
        crio = table_of(document, "crio", "config.tomlConfig")
        for key in "root", "runroot", "storage_driver":
            config[key] = typed(crio, key, str, "crio") or config[key]
        config["imagestore"] = typed(crio, "imagestore", str, "crio", config["imagestore"])
        added = typed(crio, "storage_option", list, "crio", [])
        runtime = table_of(crio, "runtime", "config.runtime")
        config["log_level"] = typed(runtime, "log_level", str, "crio.runtime", config["log_level"])
        for key in "internal_wipe", "internal_repair":
            typed(crio, key, bool, "crio")
    except ValueError as error:
        raise ValueError(f"unable to decode configuration {path}: {error}") from None
    config["storage_option"] = without_duplicates(config["storage_option"] + added)


def walk(config, path, top=True):
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        if top:
            return
        raise
    if stat.S_ISDIR(mode):
        for name in sorted(os.listdir(os.fsencode(path))):
            walk(config, os.path.join(path, os.fsdecode(name)), top=False)
        return
    log("info", f"Updating config from drop-in file: {path}")
    merge_file(config, path)


def merged(flags, strict):
    base = defaults(strict)
    config = {**base, "log_level": "info"}
    main = flags.get("config", os.environ.get("CONTAINER_CONFIG"))
    named = main is not None
    main = main if named else "/etc/crio/crio.conf"
    directory = flags.get("config-dir", os.environ.get("CONTAINER_CONFIG_DIR", "/etc/crio/crio.conf.d"))
    wraps = version >= (1, 31)
    prefix, walked = "get and merge config from context: ", "update config from path: walk path: "
    single = "update config from file: update config from drop-in file: "
    if main and not named and not os.path.exists(main):
        log("info", f'Skipping not-existing config file "{main}"')
    elif main:
        log("info", f"Updating config from single file: {main}")
        try:
            merge_file(config, main)
        except (OSError, ValueError) as error:
            raise Refusal(f"{prefix}{single}{error}" if wraps else str(error)) from None
    if directory:
        log("info", f"Updating config from path: {directory}")
        try:
            walk(config, clean(directory))
        except (OSError, ValueError) as error:
            raise Refusal(f"{prefix}{walked}{error}" if wraps else str(error)) from None
    for flag, key in ("root", "root"), ("runroot", "runroot"), ("imagestore", "imagestore"), ("storage-driver", "storage_driver"):
        value = flags.get(flag, os.environ.get("CONTAINER_" + flag.upper().replace("-", "_")))
        if value is not None:
            config[key] = value
    option = os.environ.get("CONTAINER_STORAGE_OPT")
    given = flags.get("storage-opt", None if option is None else [option])
    if given is not None:
        config["storage_option"] = [part.strip() for text in given for part in text.split(",")]
    return base, config


# --- the command line -----------------------------------------------------------------------

LISTS = {"storage-opt"}
SHORT = {"r": "root", "s": "storage-driver", "c": "config", "d": "config-dir", "l": "log-level", "v": "version", "h": "help"}
VALUES = {
    "root", "runroot", "imagestore", "storage-driver", "config", "config-dir", "log", "log-level", "log-format", "log-dir",
    "log-filter", "listen", "runtimes", "default-runtime", "cgroup-manager", "conmon", "conmon-cgroup", "pause-image",
    "pause-command", "image-volumes", "insecure-registry", "default-mounts-file", "default-capabilities", "default-ulimits",
    "metrics-port", "metrics-host", "metrics-collectors", "stream-address", "stream-port", "pids-limit", "hooks-dir",
    "cni-config-dir", "cni-plugin-dir", "cni-default-network", "version-file", "version-file-persist", "clean-shutdown-file",
    "apparmor-profile", "seccomp-profile", "signature-policy", "global-auth-file", "namespaces-dir", "pinns-path",
    "container-attach-socket-dir", "container-exits-dir", "ctr-stop-timeout", "drop-infra-ctr", "decryption-keys-path",
}
SWITCHES = {"version", "help", "enable-metrics", "selinux", "read-only", "enable-profile-unix-socket", "profile", "no-pivot",
            "internal-wipe", "internal-repair", "stream-enable-tls", "enable-tracing", "enable-nri"}


LOG_LEVELS = {"panic", "fatal", "error", "warn", "warning", "info", "debug", "trace"}


def command_line(arguments):
    flags, rest = {}, list(arguments)
    while rest and rest[0].startswith("-") and rest[0] not in ("-", "--"):
        name, equals, value = rest.pop(0).lstrip("-").partition("=")
        name = SHORT.get(name, name)
        if name in SWITCHES:
            flags[name] = True
        elif name in VALUES or name in LISTS:
            if not equals:
                if not rest:
                    raise Refusal(f"flag needs an argument: -{name}", fatal=False)
                value = rest.pop(0)
            if name in LISTS:
                flags.setdefault(name, []).append(value)
            else:
                flags[name] = value
        else:
            print("NAME:\n   crio - OCI-based implementation of Kubernetes Container Runtime Interface")
            raise Refusal(f"flag provided but not defined: -{name}", fatal=False)
    return flags, rest


def print_config(base, config, everything):
    def comment(key):
        return "" if everything or config[key] != base[key] else "# "

    print("# The CRI-O configuration file specifies all of the available configuration\n# options.\n\n[crio]\n")
    for key, about in (
        ("root", 'Path to the "root directory". CRI-O stores all of its data, including\n# containers images, in this directory.'),
        ("runroot", 'Path to the "run directory". CRI-O stores all of its state in this directory.'),
        ("imagestore", 'Path to the "imagestore". If CRI-O stores all of its images in this directory differently than Root.'),
        ("storage_driver", "Storage driver used to manage the storage of images and containers."),
    ):
        print(f'# {about}\n{comment(key)}{key} = "{config[key]}"\n')
    mark = comment("storage_option")
    print("# List to pass options to the storage driver.")
    print(f"{mark}storage_option = [")
    for option in config["storage_option"]:
        print(f"{mark}\t{quoted(option)},")
    print(f"{mark}]\n")
    print('# The default log directory where all logs will go unless directly specified by\n# the kubelet.\n# log_dir = "/var/log/crio/pods"')


# --- the daemon -----------------------------------------------------------------------------


def storage_command(values, config, base):
    root, runroot = config["root"], config["runroot"]
    if not root and not runroot:
        raise Refusal("validating root config: failed to get store to set defaults: "
                      "no storage runroot or graphroot specified: missing necessary StoreOptions")
    root, runroot = (os.path.abspath(p) for p in (root or base["root"], runroot or base["runroot"]))
    # The program would read storage.conf by itself; it is given one that says nothing more.
    conf = f"/run/crio-stand-in.{os.getpid()}.conf"
    with open(conf, "w") as file:
        file.write(f"[storage]\ndriver = {quoted(config['storage_driver'])}\ngraphroot = {quoted(root)}\nrunroot = {quoted(runroot)}\n")
    env = {k: v for k, v in os.environ.items() if k not in ("STORAGE_DRIVER", "STORAGE_OPTS", "NOTIFY_SOCKET", "XDG_CONFIG_HOME")}
    env["CONTAINERS_STORAGE_CONF"] = conf
    command = [values["containersStorage"], "--graph", root, "--run", runroot]
    if config["storage_driver"]:
        command += ["--storage-driver", config["storage_driver"]]
    if config["imagestore"]:
        command += ["--image-store", config["imagestore"]]
    for option in config["storage_option"]:
        command += ["--storage-opt", option]
    return command, env, conf


def open_store(values, config, base):
    import subprocess

    command, env, conf = storage_command(values, config, base)
    try:
        status = subprocess.run([*command, "status"], env=env, capture_output=True, text=True, errors="surrogateescape")
        if status.returncode != 0:
            logged = [l for l in status.stderr.splitlines() if l.startswith("time=")]
            said = status.stdout.strip() or "\n".join(l for l in status.stderr.splitlines() if l not in logged)
            for line in logged:
                print(line, file=sys.stderr)
            said = said.removeprefix("error initializing: ")
            # The store is open: CRI-O does not look at its layers yet.
            if said.startswith("status: "):
                return
            raise Refusal(f"validating root config: failed to get store to set defaults: {said}")
        if values["createLayer"]:
            layer = subprocess.run([*command, "create-layer"], env=env, capture_output=True, text=True, errors="surrogateescape")
            said = (layer.stdout or layer.stderr).strip()
            log("info" if layer.returncode == 0 else "error", f"create-layer: {said}")
    finally:
        os.unlink(conf)


def notify(message):
    import socket

    address = os.environ.get("NOTIFY_SOCKET")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
            s.connect("\0" + address[1:] if address[0] == "@" else address)
            s.send(message.encode())


def serve(values, config, base):
    import signal
    import socket

    log("info", f"Starting CRI-O, version: {values['version']}, git: stand-in")
    os.makedirs("/var/log/crio/pods", exist_ok=True)
    open_store(values, config, base)
    os.makedirs("/run/crio", exist_ok=True)
    path = "/run/crio/crio.sock"
    if os.path.exists(path):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
    time.sleep(values["delay"])
    log("info", "Serving on " + path)
    notify("READY=1")
    every = int(os.environ.get("WATCHDOG_USEC") or 60_000_000) / 2e6
    while True:
        got = signal.sigtimedwait([signal.SIGTERM, signal.SIGINT, signal.SIGHUP], every)
        if got is None:
            notify("WATCHDOG=1")
        elif got.si_signo != signal.SIGHUP:
            notify("STOPPING=1")
            os.unlink(path)
            return


def main(arguments):
    values = stand_in()
    # The library up to that of CRI-O 1.33 wants both roots in a storage.conf.
    global version
    version = tuple(int(number) for number in values["version"].split(".")[:3])
    strict = version < (1, 34)
    try:
        flags, rest = command_line(arguments)
        if flags.get("version"):
            defaults(strict)
            print(f"crio version {values['version']}")
            for name, value in ("GitCommit", "unknown"), ("GitTreeState", "clean"), ("BuildDate", "1970-01-01T00:00:00Z"), \
                    ("GoVersion", "go1.24.6"), ("Compiler", "gc"), ("Platform", "linux/amd64"), ("Linkmode", "dynamic"):
                print(f"   {name + ':':<16}{value}")
            return 0
        base, config = merged(flags, strict)
        if config["log_level"].lower() not in LOG_LEVELS:
            raise Refusal(f'not a valid logrus Level: "{config["log_level"]}"')
        log("info", "Using default capabilities: CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FSETID, CAP_FOWNER, CAP_SETGID, CAP_SETUID")
        if rest[:1] == ["config"]:
            everything = "--default" in rest
            print_config(base, base if everything else config, everything)
        elif rest[:1] == ["version"]:
            print(f"Version:        {values['version']}")
        elif rest:
            print(f"No help topic for '{rest[0]}'", file=sys.stderr)
            return 3
        else:
            serve(values, config, base)
        return 0
    except Refusal as refusal:
        if refusal.fatal:
            log(refusal.level, str(refusal))
        else:
            print(refusal, file=sys.stderr)
        return 1
