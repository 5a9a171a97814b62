import { badMessage, seeded } from './badMessages';
import { viewCalls } from './goodCalls';

declare global {
  interface Window {
    /** Sends the view so many bad messages, and gives way to it now and then. */
    fuzz: (count: number, seed: number) => Promise<void>;
  }
}

const together = 500;
/** The fake host of the page calls too, and takes an answer with the id of its call for the answer to it. */
const farFromOthers = 1e6;

window.fuzz = async (count, seed) => {
  const random = seeded(seed);
  for (let sent = 0; sent < count; sent++) {
    const data: unknown = structuredClone(badMessage(random, farFromOthers + sent, viewCalls));
    window.dispatchEvent(new MessageEvent('message', { data }));
    if (sent % together === 0) await new Promise((painted) => requestAnimationFrame(painted));
  }
};
