/**
 * An editor is a coroutine: it asks for the next key, or for something of the world, and goes on with the answer. So
 * it decides purely; whoever drives it reads keys, files and clocks.
 */
export type Ask =
  | { readonly ask: "key" }
  /** A long while without a key: whether it is to stop. */
  | { readonly ask: "pause" }
  | { readonly ask: "read"; readonly path: string }
  | { readonly ask: "write"; readonly path: string; readonly text: string; readonly append?: boolean; readonly force?: boolean }
  | { readonly ask: "glob"; readonly path: string }
  /** `capture`: standard output comes back; otherwise the command has the terminal. */
  | { readonly ask: "shell"; readonly command: string; readonly capture: boolean; readonly input?: string }
  | { readonly ask: "suspend" };
export interface FileText {
  readonly text?: string;
  readonly error?: string;
  readonly readonly?: boolean;
  readonly mtime?: number;
  readonly directory?: boolean;
}
export interface Written {
  readonly error?: string;
  readonly existed?: boolean;
  readonly mtime?: number;
  readonly readonly?: boolean;
}
export interface Ran {
  readonly output: string;
  readonly code: number;
}
export type Co<T = void> = Generator<Ask, T, unknown>;
