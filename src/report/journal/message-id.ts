/** Records of the journal that belong to no rule. */
export type RecordKind = 'summary' | 'unchanged' | 'corrected' | 'not-corrected' | 'guard-failed';

/** Their MESSAGE_IDs; never changed, since people search for them. */
export const MESSAGE_ID: Readonly<Record<RecordKind, string>> = {
  summary: '24c06b5f7ae6d858931c55869e026e08',
  unchanged: '7ac598ceabbe58c0f765185e6b4220b1',
  corrected: '1dba5ede76de2899db7b8edff39ed59f',
  'not-corrected': '202de1fd8976dca9fc3bb1875358d585',
  'guard-failed': '9e2fddfe7f516477e3e1c45b6ad6b6af',
};
