import { describe, expect, test } from 'vitest';
import { joinTags, splitTags } from '#domain/tag';

describe('tags in one text', () => {
  test.each([
    ['VIP', ['VIP']],
    ['VIP, press ;  new  customer', ['VIP', 'press', 'new customer']],
    ['老客户、VIP，媒体；展会|VIP', ['老客户', 'VIP', '媒体', '展会']],
    [' ,; ', []],
  ])('[IMP-10] %s', (text, tags) => {
    expect(splitTags(text)).toEqual(tags);
  });

  test('[IMP-13] are written so that they come back as they are', () => {
    const tags = ['VIP', 'new customer', '老客户'];
    expect(splitTags(joinTags(tags))).toEqual(tags);
  });
});
