import { CliError } from "../errors.ts";
import type { KubectlProcess } from "../types.ts";

const HEADER =
  "# Please edit the object below. Lines beginning with a '#' will be ignored,\n# and an empty file will abort the edit. If an error occurs while saving this file will be\n# reopened with the relevant failures.\n#\n";

/** The learner's editor (k8s: cmd/util/editor/editor.go defaultEnvEditor). */
export function editorOf(proc: KubectlProcess): string {
  return proc.env["KUBE_EDITOR"] || proc.env["EDITOR"] || "vi";
}

/** Lets the learner edit `text` under a header (with what was wrong last time); undefined when nothing was changed. */
export async function editText(
  proc: KubectlProcess,
  editor: string,
  text: string,
  extension: string,
  failures = "",
): Promise<string | undefined> {
  const path = `/tmp/kubectl-edit-${proc.random.suffix(10)}.${extension}`;
  const shown = `${HEADER}${
    failures === ""
      ? ""
      : `${failures
          .split("\n")
          .map((l) => `# ${l}\n`)
          .join("")}#\n`
  }${text}`;
  proc.fs.writeFile(path, shown, { mode: 0o600 });
  const child = await proc.spawn({ argv: ["/bin/sh", "-c", `${editor} ${path}`] });
  const { code } = await child.exited;
  if (code === 127 && !editor.includes(" ")) throw new CliError(`unable to launch the editor ${JSON.stringify(editor)}`);
  if (code !== 0) throw new CliError(`there was a problem with the editor ${JSON.stringify(editor)}`);
  const edited = proc.fs.readText(path);
  proc.fs.unlink(path);
  const body = edited
    .split("\n")
    .filter((l) => !l.startsWith("#"))
    .join("\n");
  return body.trim() === "" || body === text || edited === shown ? undefined : body;
}
