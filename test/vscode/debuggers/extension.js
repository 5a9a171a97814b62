// Starts the adapter of a debug session: cdt-gdb-adapter with gdb, lldb-dap, debugpy, or one that is only played.
const { DebugAdapterExecutable, DebugAdapterInlineImplementation, debug } = require('vscode');
const { accessSync, realpathSync } = require('node:fs');
const { delimiter, dirname, join, resolve } = require('node:path');
const { ScriptedAdapter } = require('./scripted');

/** The first of these programs that is on the path. */
function program(...names) {
  for (const name of names)
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(folder, name);
      try {
        accessSync(path, 1);
        return path;
      } catch {
        // The next one.
      }
    }
  throw new Error(`none of ${names.join(', ')} is installed`);
}

exports.activate = ({ subscriptions }) => {
  const modules = resolve(dirname(realpathSync(__filename)), '../node_modules');
  const adapters = {
    gdb: () => [process.execPath, [join(modules, 'cdt-gdb-adapter/dist/debugAdapter.js')]],
    'lldb-dap': () => [program('lldb-dap', 'lldb-dap-19', 'lldb-dap-18', 'lldb-vscode-14'), []],
    debugpy: () => ['/usr/bin/python3', ['-m', 'debugpy.adapter']],
  };
  subscriptions.push(
    debug.registerDebugAdapterDescriptorFactory('scripted', {
      createDebugAdapterDescriptor: ({ configuration }) =>
        new DebugAdapterInlineImplementation(new ScriptedAdapter(configuration)),
    }),
  );
  for (const [type, adapter] of Object.entries(adapters)) {
    subscriptions.push(
      debug.registerDebugAdapterDescriptorFactory(type, {
        createDebugAdapterDescriptor: () => new DebugAdapterExecutable(...adapter()),
      }),
    );
  }
};
