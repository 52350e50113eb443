import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseTimeSpan, readStartLimit } from '../../../src/config/service/start-limit.js';
import { machineHost } from '../../rules/machine.js';

const UNIT = '/usr/lib/systemd/system/crio.service';
const DROP_IN = '/etc/systemd/system/crio.service.d/limit.conf';
const unit = (...settings: readonly string[]): string => ['[Service]', ...settings, ''].join('\n');

describe('the limit of a step of the start', () => {
  for (const [name, files, limit] of [
    ['is none without a unit', {}, undefined],
    ['is none as CRI-O ships its unit', { [UNIT]: unit('TimeoutStartSec=0') }, undefined],
    ['is none for infinity', { [UNIT]: unit('TimeoutStartSec=infinity') }, undefined],
    ['is that of systemd where nothing is set', { [UNIT]: unit('Type=notify') }, 90_000],
    [
      'comes from a drop-in',
      { [UNIT]: unit('TimeoutStartSec=0'), [DROP_IN]: unit('TimeoutSec = 20') },
      20_000,
    ],
    [
      'is the shortest of several',
      { [UNIT]: unit('TimeoutStartSec=5min'), [DROP_IN]: unit('TimeoutStartSec=1min 30s') },
      90_000,
    ],
  ] as const) {
    it(name, async () => {
      assert.equal(await readStartLimit(machineHost({ files })), limit);
    });
  }
});

it('a time span is read as systemd reads it', () => {
  const spans = {
    '20': 20_000,
    '1.5': 1500,
    '2min': 120_000,
    '1h 30m': 5_400_000,
    '500ms': 500,
    '1min30s': 90_000,
  };
  for (const [span, milliseconds] of Object.entries(spans))
    assert.equal(parseTimeSpan(span), milliseconds, span);
  for (const span of ['infinity', '0', 'soon', '20 apples', '-1', ''])
    assert.equal(parseTimeSpan(span), 0, span);
});
