// Takes out of the rules what a bundle does not read.
import { readFile } from 'node:fs/promises';
import ts from 'typescript';

/** What only --explain, the manual and the tests read: DocumentedRule without Rule. */
const TEXTS = ['title', 'explanation', 'remedy', 'references', 'since', 'examples'];
/** What a rule says of its finding, beside `check`. The first ones are those of every rule. */
const WORDS = ['slug', 'severity', 'certainty', 'messageId', 'message', 'advice'];
const WORDS_OF_SOME = ['follows', 'subject', 'isCausedBy'];

/** A plugin of esbuild. */
const without = (name, inEach, inSome = []) => ({
  name,
  setup(builder) {
    builder.onLoad({ filter: /\/rules\/.*\/cg\d+[^/]*\.js$/ }, async ({ path }) => ({
      contents: rule(path, await readFile(path, 'utf8'), inEach, inSome),
    }));
  },
});

export const withoutTexts = without('rules-without-texts', TEXTS);
/** Tells only whether there is a finding. */
export const withoutWords = without('rules-without-words', [...TEXTS, ...WORDS], WORDS_OF_SOME);

function rule(path, source, inEach, inSome) {
  const { factory, transform, createSourceFile, createPrinter, visitEachChild } = ts;
  let rules = 0;
  const shorten = (context) => {
    const visit = (node) => {
      if (!ts.isCallExpression(node) || node.expression.getText() !== 'defineRule')
        return visitEachChild(node, visit, context);
      const [{ properties }] = node.arguments;
      const names = properties.map(({ name }) => name.getText());
      const missing = inEach.filter((name) => !names.includes(name));
      if (missing.length > 0) throw new Error(`${path}: a rule without ${missing.join(', ')}`);
      const kept = properties.filter(({ name }) => ![...inEach, ...inSome].includes(name.getText()));
      rules += 1;
      const shorter = factory.createObjectLiteralExpression(kept);
      return factory.updateCallExpression(node, node.expression, undefined, [shorter]);
    };
    return (file) => visitEachChild(file, visit, context);
  };
  const file = createSourceFile(path, source, ts.ScriptTarget.ES2022, true);
  const { transformed } = transform(file, [shorten]);
  if (rules !== 1) throw new Error(`${path}: ${rules} rules`);
  return createPrinter().printFile(transformed[0]);
}
