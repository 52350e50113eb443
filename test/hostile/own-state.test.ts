import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { BuiltProgram } from '../cli/built-program.js';
import { FORMS } from './forms.js';
import { OwnState } from './own-state.js';

const skip = BuiltProgram.lacking ?? false;
const own = skip === false ? new OwnState() : undefined;
after(() => own?.close());

/** Every file in every form is tried by `make hostile`; here those that hung or filled the memory. */
const SOME = ['a FIFO', 'a link to /dev/zero', 'a sparse file of 1 TiB'] as const;

for (const path of ['/var/lib/crio-guard/ledger.json', '/run/crio-guard/last-report.json']) {
  for (const form of SOME) {
    test(`a start and --revert end although ${path} is ${form}`, { skip }, () => {
      const made = FORMS[form];
      assert.ok(own !== undefined && made !== undefined && own.paths.includes(path));
      assert.equal(own.faultOf(path, made), undefined);
    });
  }
}
