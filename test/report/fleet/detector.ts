import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What node-problem-detector has of a plugin run: pkg/custompluginmonitor/plugin/plugin.go, run(). */
export interface PluginResult {
  readonly status: 'OK' | 'NonOK' | 'Unknown';
  readonly message: string;
}

export interface Condition {
  readonly status: 'False' | 'True' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** The part of a configuration that decides what becomes of an answer. */
export interface DetectorConfig {
  readonly pluginConfig: {
    readonly max_output_length: number;
    readonly enable_message_change_based_condition_update: boolean;
  };
  readonly conditions: readonly { readonly reason: string; readonly message: string }[];
  readonly rules: readonly { readonly reason: string }[];
}

/** The shells that a script of ours must run in. */
export const SHELLS: readonly (readonly [string, ...string[]])[] = [['dash'], ['busybox', 'sh']];

/** Runs a plugin as the detector does: standard output alone, blanks and too many bytes cut off. */
export function runPlugin(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  most: number,
): PluginResult {
  const [program = '', ...args] = command;
  const { status, stdout } = spawnSync(program, args, { env: environment });
  const trimmed = Buffer.from(stdout.toString('utf8').trim());
  return {
    status: status === 0 ? 'OK' : status === 1 ? 'NonOK' : 'Unknown',
    message: trimmed.subarray(0, most).toString('utf8'),
  };
}

/** custom_plugin_monitor.go, generateStatus(), for a permanent rule: its five scenarios in their order. */
export function nextCondition(before: Condition, result: PluginResult, config: DetectorConfig): Condition {
  const [preset] = config.conditions;
  const [rule] = config.rules;
  assert.ok(preset !== undefined && rule !== undefined);
  const status = ({ OK: 'False', NonOK: 'True', Unknown: 'Unknown' } as const)[result.status];
  const back = {
    status,
    reason: preset.reason,
    message: status === 'False' ? preset.message : result.message,
  };
  if (before.status === 'True' && status !== 'True') return back;
  if (before.status !== 'True' && status === 'True')
    return { status, reason: rule.reason, message: result.message };
  if (before.status !== status) return back;
  const isNew =
    before.reason !== rule.reason ||
    (config.pluginConfig.enable_message_change_based_condition_update && before.message !== result.message);
  if (status === 'True' && isNew) return { status, reason: rule.reason, message: result.message };
  return before;
}

/** generateStatus() for a temporary rule. */
export const becomesEvent = ({ status }: PluginResult): boolean => status !== 'OK';

/** A script of packaging/node-problem-detector with a path in it replaced, as an installation does. */
export function installScript(name: string, directory: string, from: string, to: string): string {
  mkdirSync(directory, { recursive: true });
  const text = readFileSync(join('packaging/node-problem-detector', name), 'utf8');
  assert.ok(text.includes(from));
  const path = join(directory, name);
  writeFileSync(path, text.replaceAll(from, to));
  chmodSync(path, 0o755);
  return path;
}
