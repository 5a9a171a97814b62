/** Something to let go of. Shape of vscode.Disposable. */
export interface Disposable {
  dispose(): void;
}
