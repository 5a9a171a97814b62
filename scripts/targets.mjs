// The platforms that a package can be for, in the Marketplace's names. This is the one place that lists them.

/** What builds the addon for each: `zig` is the compiler's name of the target, with the oldest glibc or macOS. */
const targets = {
  'win32-x64': { zig: 'x86_64-windows-gnu' },
  'win32-arm64': { zig: 'aarch64-windows-gnu' },
  'linux-x64': { zig: 'x86_64-linux-gnu.2.28' },
  'linux-arm64': { zig: 'aarch64-linux-gnu.2.28' },
  'linux-armhf': { zig: 'arm-linux-gnueabihf.2.28' },
  'alpine-x64': { zig: 'x86_64-linux-musl' },
  'alpine-arm64': { zig: 'aarch64-linux-musl' },
  'darwin-x64': { zig: 'x86_64-macos.11.0' },
  'darwin-arm64': { zig: 'aarch64-macos.11.0' },
};

/** What `--target host` stands for; the addon of the local compiler, which needs what this machine has. */
export const host = 'host';

/** What `--target universal` stands for: no addon, for platforms without a package of their own, where it says so. */
export const universal = 'universal';

/** The target that this machine is, be there a package for it or not. */
export function targetHere() {
  const { arch, platform } = process;
  if (platform !== 'linux') return `${platform}-${arch}`;
  const isGlibc = process.report.getReport().header.glibcVersionRuntime !== undefined;
  return `${isGlibc ? 'linux' : 'alpine'}-${arch === 'arm' ? 'armhf' : arch}`;
}

/** The compiler's name of a target. Throws where there is no such target. */
export function zigTarget(name) {
  if (!Object.hasOwn(targets, name)) {
    const known = [host, universal, 'all', ...Object.keys(targets)].join(', ');
    throw new Error(`There is no target ${name}; there are ${known}.`);
  }
  return targets[name].zig;
}

/**
 * The targets that the arguments of a command ask for with `--target all|host|universal|NAME[,NAME]`; the host's without
 * it. All are those of one platform each. Throws for any other.
 * @param {readonly string[]} args
 */
export function targetsAsked(args) {
  const at = args.findIndex((one) => one === '--target' || one.startsWith('--target='));
  if (at < 0) return [host];
  const value = args[at].startsWith('--target=') ? args[at].slice('--target='.length) : (args[at + 1] ?? '');
  if (value === 'all') return Object.keys(targets);
  const asked = value.split(',');
  for (const name of asked) if (name !== host && name !== universal) zigTarget(name);
  return asked;
}
