import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTemplate, renderTemplate, variablesOf } from '#domain/template';

const render = (text: string, values: Record<string, string>) =>
  renderTemplate(parseTemplate(text), (name) => values[name]);

describe('templates', () => {
  it('[TPL-1] a value stands where its variable is, a fallback where the value is missing', () => {
    expect(render('Hi {{ name | friend }}!', { name: '张伟' })).toEqual({ kind: 'rendered', text: 'Hi 张伟!' });
    expect(render('Hi {{name|friend}}!', { name: '' })).toEqual({ kind: 'rendered', text: 'Hi friend!' });
    expect(render('Hi {{name|}}!', {})).toEqual({ kind: 'rendered', text: 'Hi !' });
  });

  it('[MSG-5] a missing value without a fallback is named, not sent as a blank', () => {
    expect(render('Hi {{name}}', {})).toEqual({ kind: 'missing', variable: 'name' });
  });

  it('[TPL-1] values are text: places inside a value are not filled again', () => {
    expect(render('{{name}}', { name: '{{phone}}', phone: '1' })).toEqual({ kind: 'rendered', text: '{{phone}}' });
  });

  it('[TPL-1] text without places comes out as it went in', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('{{')),
        (text) => {
          expect(render(text, {})).toEqual({ kind: 'rendered', text });
        },
      ),
    );
  });

  it('[TPL-1] names are found once each, in order', () => {
    expect(variablesOf(parseTemplate('{{b}} {{a|x}} {{b}}'))).toEqual(['b', 'a']);
  });

  it('[TPL-1] a hostile text is read in linear time', () => {
    const started = performance.now();
    parseTemplate('{{'.repeat(50_000));
    parseTemplate(`{{${' '.repeat(50_000)}`);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
