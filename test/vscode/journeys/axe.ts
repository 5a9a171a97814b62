import axe from 'axe-core';
import type { Frame } from 'playwright-core';

/** What axe-core finds wrong with a page, each with its rule, the element and the remedy; none: an empty list. */
export async function violations(frame: Frame): Promise<readonly string[]> {
  await frame.evaluate(axe.source);
  return frame.evaluate(async () => {
    const { violations: found } = await (window as unknown as { readonly axe: typeof axe }).axe.run(document);
    return found.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
    );
  });
}
