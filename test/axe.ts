import axe from 'axe-core';
import type { Frame, Page } from 'playwright-core';

/**
 * What axe-core finds wrong with a page, or the part of it that a selector names, each with its rule, the element and
 * the remedy; none: an empty list.
 */
export async function violations(frame: Frame | Page, part?: string): Promise<readonly string[]> {
  const isThere = await frame.evaluate(() => 'axe' in window);
  if (!isThere) await frame.evaluate(axe.source);
  return frame.evaluate(async (selector) => {
    const checker = (window as unknown as { readonly axe: typeof axe }).axe;
    const { violations: found } = await checker.run(selector ?? document, { resultTypes: ['violations'] });
    return found.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
    );
  }, part);
}
