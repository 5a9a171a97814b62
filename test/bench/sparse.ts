import { statSync } from 'node:fs';
import type { Figure } from './figure';
import { addon, uniqueName } from './stage';
import { truncateSync, openSync, closeSync } from 'node:fs';

const size = 2 ** 30;
const chunk = 2 ** 20;

/** Pages that a sparse segment of 1 GiB gains by being watched and read from end to end. */
export const observedPages: Figure = {
  name: 'observe_pages_allocated',
  unit: 'pages',
  must: { atMost: 0 },
  async prepare() {
    const native = addon();
    const name = uniqueName('sparse');
    const path = `/dev/shm/${name}`;
    closeSync(openSync(path, 'wx', 0o600));
    truncateSync(path, size);
    const address = { mechanism: 'posix', name: `/${name}` } as const;
    const segment = await native.open(address, { access: 'observe', write: false });
    const target = new Uint8Array(chunk);
    return {
      variants: [
        () => {
          const before = statSync(path).blocks;
          for (let look = 0; look < 600; look++)
            segment.read((look * 65536) % size, target.subarray(0, 65536));
          for (let offset = 0; offset < size; offset += chunk) segment.read(offset, target);
          return (statSync(path).blocks - before) / 8;
        },
      ],
      figure: ([pages = NaN]) => pages,
      dispose: () => {
        native.remove(address, segment.identity);
        segment.close();
      },
    };
  },
};
