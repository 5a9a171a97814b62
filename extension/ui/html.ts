import { randomBytes } from 'node:crypto';
import { env, Uri, type Webview } from 'vscode';

/** The only folder that a live view may load from. */
export function viewFolder(extensionUri: Uri): Uri {
  return Uri.joinPath(extensionUri, 'out', 'webview');
}

/** The page of a live view: our one script by nonce, our style sheet and icon font, and nothing else. */
export function viewHtml(webview: Webview, extensionUri: Uri, title: string): string {
  const nonce = randomBytes(16).toString('base64');
  const folder = viewFolder(extensionUri);
  const address = (file: string) => webview.asWebviewUri(Uri.joinPath(folder, file)).toString();
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `img-src ${webview.cspSource}`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escape(env.language)}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="${address('view.css')}">
    <title>${escape(title)}</title>
  </head>
  <body>
    <div id="root"></div>
    <script nonce="${nonce}" src="${address('view.js')}"></script>
  </body>
</html>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
