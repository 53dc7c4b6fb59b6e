import type { ILink, Terminal } from "@xterm/xterm";
import { openFile, useFiles } from "../editor/files.ts";
import { useSession } from "../session.ts";

/** A path with an extension, and the line and column that tools put behind it: pod.yaml, ./a/b.sh:3, ~/x.json:12:5. */
const PATH = /(?:~\/|\.{0,2}\/)?[\w@+.-]+(?:\/[\w@+.-]+)*\.\w+(?::(\d+))?(?::(\d+))?/g;

/** Only these open by themselves; a program in a container may print what it likes. */
const WEB = /^https?:\/\//i;

export function openWeb(uri: string): void {
  if (WEB.test(uri)) window.open(uri, "_blank", "noopener,noreferrer");
}

/** Paths of files in the home folder, as the terminal shows them, open in the editor. */
export function fileLinks(terminal: Terminal, folder: () => string | undefined): void {
  terminal.registerLinkProvider({
    provideLinks(y, callback) {
      const line = terminal.buffer.active.getLine(y - 1)?.translateToString(true) ?? "";
      const links: ILink[] = [];
      for (const match of line.matchAll(PATH)) {
        const path = resolved(match[0].replace(/(?::\d+){1,2}$/, ""), folder());
        if (!useFiles.getState().entries.some((e) => e.path === path && e.type === "file")) continue;
        const at = match[1] === undefined ? undefined : { line: Number(match[1]), column: Number(match[2] ?? 1) };
        links.push({
          text: match[0],
          range: { start: { x: match.index + 1, y }, end: { x: match.index + match[0].length, y } },
          activate: () => void openFile(path, at),
        });
      }
      callback(links);
    },
  });
}

function resolved(path: string, folder: string | undefined): string {
  const { home } = useSession.getState();
  const whole = path.startsWith("~/") ? home + path.slice(1) : path.startsWith("/") ? path : `${folder ?? home}/${path}`;
  const parts: string[] = [];
  for (const part of whole.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
