import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadAll } from 'js-yaml';
import { renderPrometheus } from '../../src/report/fleet/prometheus.js';
import { CORRECTION_STATES } from '../../src/fix/correction-result.js';
import { VERDICTS } from '../../src/check/verdict.js';
import { SEVERITIES } from '../../src/rules/rule.js';
import { HEALTHY, ISSUE_8771, reportOn } from '../report/example-report.js';
import { withoutProgram } from '../without-program.js';

const ALERTS = 'packaging/prometheus/crio-guard.rules.yml';
const EXAMPLES = 'packaging/examples';

/** A value of a parsed file by its keys. */
function at(value: unknown, ...keys: readonly (string | number)[]): unknown {
  let here = value;
  for (const key of keys) {
    assert.ok(typeof here === 'object' && here !== null, `${keys.join('.')}: ${JSON.stringify(here)}`);
    here = new Map<string, unknown>(Object.entries(here)).get(String(key));
  }
  return here;
}

const list = (value: unknown): readonly unknown[] => {
  assert.ok(Array.isArray(value));
  return value;
};

const yaml = (path: string): readonly unknown[] => loadAll(readFileSync(path, 'utf8'));

/** Every value that a label of ours can have, where there are few. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  verdict: VERDICTS,
  state: CORRECTION_STATES,
  severity: SEVERITIES,
};

test('the alerts are rules of Prometheus, on metrics and labels that there are', async () => {
  const metrics =
    renderPrometheus(await reportOn(ISSUE_8771), 1) + renderPrometheus(await reportOn(HEALTHY), 0);
  const families = new Set([...metrics.matchAll(/^# TYPE (\S+) gauge$/gm)].map(([, name]) => name));
  const [file] = yaml(ALERTS);
  const rules = list(at(file, 'groups', 0, 'rules'));
  assert.ok(rules.length >= 5);
  const names = rules.map((rule) => at(rule, 'alert'));
  assert.equal(new Set(names).size, names.length);
  for (const rule of rules) {
    const expression = String(at(rule, 'expr'));
    const used = [...expression.matchAll(/crio_guard_\w+/g)].map(([name]) => name);
    assert.ok(used.length > 0);
    for (const name of used) assert.ok(families.has(name), name);
    for (const [, label = '', values = ''] of expression.matchAll(/(\w+)=~?"([^"]*)"/g)) {
      for (const value of values.split('|')) assert.ok(VALUES[label]?.includes(value), `${label}=${value}`);
    }
    assert.equal(expression.split('(').length, expression.split(')').length, expression);
    assert.match(String(at(rule, 'labels', 'severity')), /^(?:critical|warning|info)$/);
    const wait = at(rule, 'for');
    assert.ok(wait === undefined || (typeof wait === 'string' && /^\d+[mh]$/.test(wait)));
    assert.equal(typeof at(rule, 'annotations', 'summary'), 'string');
  }
});

test('promtool accepts the alerts', { skip: withoutProgram('promtool') }, () => {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', ALERTS], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
});

test('metrics that the manual names exist', async () => {
  const page = readFileSync('packaging/man/crio-guard.8', 'utf8');
  const metrics = renderPrometheus(await reportOn(HEALTHY), 0);
  for (const [name] of page.matchAll(/crio_guard_[a-z_]+/g))
    assert.ok(metrics.includes(`# TYPE ${name} `), name);
});

test('every example is YAML, and says how it is used', () => {
  for (const name of readdirSync(EXAMPLES)) {
    assert.ok(yaml(`${EXAMPLES}/${name}`).length > 0);
    assert.match(readFileSync(`${EXAMPLES}/${name}`, 'utf8'), /^# [^]*?\n#\n# {3}\S/);
  }
});

test('the playbook names one module for each task, and units and modes that there are', () => {
  const [plays] = yaml(`${EXAMPLES}/ansible-playbook.yml`);
  const tasks = list(at(plays, 0, 'tasks'));
  for (const task of tasks) {
    assert.ok(typeof task === 'object' && task !== null);
    assert.equal(Object.keys(task).filter((key) => key.startsWith('ansible.builtin.')).length, 1);
    assert.equal(typeof at(task, 'name'), 'string');
  }
  const units = tasks.flatMap((task) => {
    const loop = at(task, 'loop');
    return loop === undefined ? [] : list(loop);
  });
  const ours = readdirSync('systemd/system');
  assert.deepEqual(units.filter((unit) => !ours.includes(String(unit))), []); // prettier-ignore
  assert.equal(at(plays, 0, 'vars', 'crio_guard_mode'), 'check');
});

test('the DaemonSet mounts what its plugin reads', () => {
  const daemonSet = yaml(`${EXAMPLES}/node-problem-detector.yaml`).find(
    (one) => at(one, 'kind') === 'DaemonSet',
  );
  const pod = at(daemonSet, 'spec', 'template', 'spec');
  const mounts = list(at(pod, 'containers', 0, 'volumeMounts'));
  const volumes = new Set(list(at(pod, 'volumes')).map((volume) => at(volume, 'name')));
  for (const mount of mounts) {
    assert.ok(volumes.has(at(mount, 'name')));
    assert.equal(at(mount, 'readOnly'), true);
  }
  const paths = mounts.map((mount) => String(at(mount, 'mountPath')));
  const isMounted = (path: string): boolean => paths.some((mount) => path.startsWith(`${mount}/`));
  const config: unknown = JSON.parse(
    readFileSync('packaging/node-problem-detector/crio-guard-daemonset.json', 'utf8'),
  );
  const plugin = String(at(config, 'rules', 0, 'path'));
  assert.ok(isMounted(plugin) && isMounted(String(at(config, 'rules', 0, 'args', 0))));
  assert.ok(readdirSync('packaging/node-problem-detector').includes(plugin.replace(/^.*\//, '')));
  for (const argument of list(at(pod, 'containers', 0, 'command')).map(String)) {
    const file = /^--config[^=]*=(.*)$/.exec(argument)?.[1];
    if (file === undefined) continue;
    assert.ok(isMounted(file));
    assert.ok(readdirSync('packaging/node-problem-detector').includes(file.replace(/^.*\//, '')));
  }
});

test('no file that is installed names a registry of images, and the manual explains what stands there', () => {
  const example = readFileSync(`${EXAMPLES}/node-problem-detector.yaml`, 'utf8');
  assert.deepEqual([...example.matchAll(/image: (\S+)/g)].map(([, image]) => image), ['NODE_PROBLEM_DETECTOR_IMAGE']); // prettier-ignore
  assert.ok(readFileSync('packaging/man/crio-guard.8', 'utf8').includes('NODE_PROBLEM_DETECTOR_IMAGE'));
});

test('the manual shows the mounts, the volumes and the arguments of the example', () => {
  const page = readFileSync('packaging/man/crio-guard.8', 'utf8').replaceAll('\\-', '-');
  const [shown] = loadAll(/^\.EX\n(args:[^]*?)^\.EE/m.exec(page)?.[1] ?? '');
  const daemonSet = yaml(`${EXAMPLES}/node-problem-detector.yaml`).find(
    (one) => at(one, 'kind') === 'DaemonSet',
  );
  const pod = at(daemonSet, 'spec', 'template', 'spec');
  const container = at(pod, 'containers', 0);
  for (const argument of list(at(shown, 'args')))
    assert.ok(list(at(container, 'command')).includes(argument));
  assert.deepEqual(at(shown, 'volumeMounts'), at(container, 'volumeMounts'));
  assert.deepEqual(at(shown, 'volumes'), at(pod, 'volumes'));
});

test('the scripts for node-problem-detector pass ShellCheck', { skip: withoutProgram('shellcheck') }, () => {
  const scripts = ['crio-guard-check', 'crio-guard-condition'].map(
    (name) => `packaging/node-problem-detector/${name}`,
  );
  const { status, stdout } = spawnSync('shellcheck', ['--shell=sh', ...scripts], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});
