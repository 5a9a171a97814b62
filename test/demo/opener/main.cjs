// Opens what SEGMENT_LENS_OPEN names once the window is up. A command line or an address can only open files that
// VS Code itself can read, and a live view is none.
const { Uri, commands } = require('vscode');

exports.activate = () => {
  const address = process.env.SEGMENT_LENS_OPEN;
  if (address) return commands.executeCommand('vscode.open', Uri.parse(address), { preview: false });
};
