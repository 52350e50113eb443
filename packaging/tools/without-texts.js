// Takes out of the rules what only --explain, the manual and the tests read (DocumentedRule without Rule).
import { readFile } from 'node:fs/promises';
import ts from 'typescript';

const TEXTS = new Set(['title', 'explanation', 'remedy', 'references', 'since', 'examples']);

/** A plugin of esbuild. */
export const withoutTexts = {
  name: 'rules-without-texts',
  setup(builder) {
    builder.onLoad({ filter: /\/rules\/.*\/cg\d+[^/]*\.js$/ }, async ({ path }) => ({
      contents: rule(path, await readFile(path, 'utf8')),
    }));
  },
};

function rule(path, source) {
  const { factory, transform, createSourceFile, createPrinter, visitEachChild } = ts;
  let rules = 0;
  const shorten = (context) => {
    const visit = (node) => {
      if (!ts.isCallExpression(node) || node.expression.getText() !== 'defineRule')
        return visitEachChild(node, visit, context);
      const [{ properties }] = node.arguments;
      const kept = properties.filter(({ name }) => !TEXTS.has(name.getText()));
      if (properties.length - kept.length !== TEXTS.size)
        throw new Error(`${path}: a rule without its texts`);
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
