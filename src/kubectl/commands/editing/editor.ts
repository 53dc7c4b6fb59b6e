import { CliError } from "../../errors.ts";
import type { KubectlProcess } from "../../types.ts";

/** The learner's editor (k8s: cmd/util/editor/editor.go defaultEnvEditor). */
export const editorOf = (proc: KubectlProcess): string => proc.env["KUBE_EDITOR"] || proc.env["EDITOR"] || "vi";

/** Lets the learner edit `text` in a file of its own; answers what the file holds then. */
export async function editFile(
  proc: KubectlProcess,
  editor: string,
  text: string,
  extension: string,
): Promise<{ readonly text: string; readonly path: string }> {
  const path = `/tmp/kubectl-edit-${proc.random.suffix(10)}.${extension}`;
  proc.fs.writeFile(path, text, { mode: 0o600 });
  const child = await proc.spawn({ argv: ["/bin/sh", "-c", `${editor} ${path}`] });
  const { code } = await child.exited;
  if (code === 127 && !editor.includes(" ")) throw new CliError(`unable to launch the editor ${JSON.stringify(editor)}`);
  if (code !== 0) throw new CliError(`there was a problem with the editor ${JSON.stringify(editor)}`);
  return { text: proc.fs.readText(path), path };
}

export function removeFile(proc: KubectlProcess, path: string): void {
  if (proc.fs.exists(path)) proc.fs.unlink(path);
}
