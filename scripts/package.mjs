// Writes dist/segment-lens-TARGET-VERSION.vsix from what `npm run build` left in out/. `node scripts/package.mjs
// [--target all|host|universal|NAME[,NAME]]`: the host's has the addon of the local compiler, the others' is built here,
// the universal has none.
import { createVSIX } from '@vscode/vsce';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildExtension } from './build.mjs';
import { buildCross } from './cross.mjs';
import { host, targetsAsked, universal } from './targets.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const limit = 400_000;

/** What ships; package.nls*.json and the extension itself besides. Everything else stays at home. */
const shipped = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'l10n/bundle.l10n.zh-cn.json',
  'media/activity.svg',
  'media/icon.png',
  'out/regexWorker.js',
  'out/webview',
];

/**
 * Packs for this machine with the addon of the local compiler, for another target of scripts/targets.mjs with an addon
 * that runs wherever the target does, or for every platform without one. Answers with the path and the size of the
 * package. The same commit gives the same bytes.
 */
export async function packExtension(wanted = host) {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const target = targetOf(wanted);
  const path = join(
    root,
    'dist',
    [manifest.name, target, `${manifest.version}.vsix`].filter(Boolean).join('-'),
  );
  const stage = mkdtempSync(join(tmpdir(), 'segment-lens-package-'));
  process.env.SOURCE_DATE_EPOCH ??= commitTime();
  try {
    await buildExtension(join(stage, 'out'), platformOf(wanted));
    const translations = readdirSync(root).filter((name) => /^package\.nls(\..*)?\.json$/.test(name));
    for (const name of [...shipped, ...translations]) {
      if (!existsSync(join(root, name))) throw new Error(`${name} is not there; run "npm run build" first.`);
      cpSync(join(root, name), join(stage, name), {
        recursive: true,
        filter: (source) => !source.endsWith('.map'),
      });
    }
    const files = ['**'];
    const shipping = {
      ...manifest,
      files,
      scripts: undefined,
      devDependencies: undefined,
      private: undefined,
    };
    writeFileSync(join(stage, 'package.json'), JSON.stringify(shipping));
    const bundle = join(stage, 'l10n/bundle.l10n.zh-cn.json');
    // A text that is not in it is shown as it is.
    const texts = Object.entries(JSON.parse(readFileSync(bundle, 'utf8'))).filter(
      ([text, said]) => text !== said,
    );
    writeFileSync(bundle, JSON.stringify(Object.fromEntries(texts)));
    if (wanted !== universal) await stageAddon(wanted, join(stage, 'out/segment_lens'));
    mkdirSync(join(root, 'dist'), { recursive: true });
    await createVSIX({
      cwd: stage,
      packagePath: path,
      ...(target === undefined ? {} : { target }),
      dependencies: false,
      allowMissingRepository: true,
      rewriteRelativeLinks: false,
    });
    // A twentieth less than vsce makes it.
    tool('advzip', '--recompress', '--shrink-insane', '--iter=40', '--quiet', path);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
  const { size } = statSync(path);
  if (size > limit) throw new Error(`${path} has ${size} bytes, more than ${limit}.`);
  return { path, size };
}

/** The Marketplace's name of what a package is for; undefined: for every platform. */
function targetOf(wanted) {
  if (wanted === universal) return undefined;
  return wanted === host ? `${process.platform}-${process.arch}` : wanted;
}

/** What `process.platform` says where a package runs; undefined: it can be any. */
function platformOf(wanted) {
  return targetOf(wanted)
    ?.replace(/-[^-]+$/, '')
    .replace('alpine', 'linux');
}

/** The addon, and its digest: the extension loads no other bytes. */
async function stageAddon(wanted, stem) {
  cpSync(wanted === host ? join(root, 'out/segment_lens.node') : await buildCross(wanted), `${stem}.node`);
  if (wanted === host) tool('strip', '--strip-unneeded', '--remove-section=.comment', `${stem}.node`);
  writeFileSync(
    `${stem}.sha256`,
    createHash('sha256')
      .update(readFileSync(`${stem}.node`))
      .digest('hex'),
  );
}

function tool(command, ...args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error !== undefined || status !== 0)
    throw new Error(`${[command, ...args].join(' ')} failed.`, { cause: error });
}

function commitTime() {
  const { stdout, status } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' });
  return status === 0 && stdout.trim() !== '' ? stdout.trim() : '0';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const target of targetsAsked(process.argv.slice(2))) {
    const { path, size } = await packExtension(target);
    console.log(`${path}: ${(size / 1000).toFixed(1)} kB`);
  }
}
