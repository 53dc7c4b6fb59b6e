import { announce, notify } from "../announce.ts";
import type { Connection } from "../connection.ts";
import { confirm } from "../dialogs.ts";
import { t } from "../i18n.ts";
import { useSession } from "../session.ts";
import { baseName, useFiles } from "./files.ts";

/** More than this is not brought in at once: it would have to be kept in the browser's storage. */
const MOST = 64 * 1024 * 1024;

interface Incoming {
  /** Below the folder it is put in. */
  readonly path: string;
  readonly file: File;
}

/** What was dropped, folders with all that is in them. To be called while the drop event lasts. */
export function dropped(data: DataTransfer): Promise<readonly Incoming[]> {
  const entries = [...data.items].flatMap((item) => (item.kind === "file" ? [item.webkitGetAsEntry() ?? item.getAsFile()] : []));
  return Promise.all(
    entries.map(async (entry) => (entry === null ? [] : entry instanceof File ? [{ path: entry.name, file: entry }] : inside(entry))),
  ).then((all) => all.flat());
}

async function inside(entry: FileSystemEntry): Promise<readonly Incoming[]> {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: Incoming[] = [];
  // A reader gives a hundred at a time.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found;
    for (const child of some) found.push(...(await inside(child)));
  }
}

export const chosen = (files: FileList | null): readonly Incoming[] => [...(files ?? [])].map((file) => ({ path: file.name, file }));

/** Puts files into a folder of the workstation, asking before one that is there is replaced. Resolves to their paths. */
export async function bringIn(incoming: readonly Incoming[], folder = useSession.getState().home): Promise<readonly string[]> {
  const { connection } = useSession.getState();
  if (!connection || incoming.length === 0) return [];
  const size = incoming.reduce((sum, { file }) => sum + file.size, 0);
  if (size > MOST) {
    notify(t("files.tooLarge", { size: `${Math.ceil(size / 1e6)} MB`, most: `${Math.floor(MOST / 1e6)} MB` }), { tone: "trouble" });
    return [];
  }
  const taken = new Set(useFiles.getState().entries.map((e) => e.path));
  const there = incoming.filter(({ path }) => taken.has(`${folder}/${path}`));
  const replace =
    there.length === 0 ||
    (await confirm({
      title: t("files.replaceTitle", { count: there.length, name: baseName(there[0]?.path ?? "") }),
      text: t("files.replaceText"),
      action: t("files.replaceDo"),
      danger: true,
    }));
  const wanted = replace ? incoming : incoming.filter((i) => !there.includes(i));
  const written: string[] = [];
  try {
    for (const { path, file } of wanted) {
      await makeFolders(connection, folder, path);
      await connection.files.write(`${folder}/${path}`, new Uint8Array(await file.arrayBuffer()));
      written.push(`${folder}/${path}`);
    }
  } catch (error) {
    notify(t("files.refuse", { message: error instanceof Error ? error.message : String(error) }), { tone: "trouble" });
  }
  if (written.length > 0) announce(t("files.brought", { count: written.length, name: baseName(written[0] as string) }));
  return written;
}

async function makeFolders(connection: Connection, folder: string, path: string): Promise<void> {
  const names = path.split("/").slice(0, -1);
  for (const [i] of names.entries()) {
    const made = `${folder}/${names.slice(0, i + 1).join("/")}`;
    await connection.files.list(made).catch(() => connection.files.mkdir(made));
  }
}

/** Gives a file to the browser to keep; a folder as one zip file. */
export async function takeOut(path: string, type: "file" | "directory" | "symlink"): Promise<void> {
  const { connection } = useSession.getState();
  if (!connection) return;
  try {
    const bytes = type === "directory" ? await zipped(connection, path) : await connection.files.read(path);
    const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
    Object.assign(document.createElement("a"), { href: url, download: baseName(path) + (type === "directory" ? ".zip" : "") }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  } catch (error) {
    notify(t("files.unread", { message: error instanceof Error ? error.message : String(error) }), { tone: "trouble" });
  }
}

async function zipped(connection: Connection, folder: string): Promise<Uint8Array> {
  const { zipSync } = await import("fflate");
  const contents: Record<string, Uint8Array> = {};
  const open = [folder];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const entry of await connection.files.list(at)) {
      if (entry.type === "directory") open.push(entry.path);
      else contents[entry.path.slice(folder.length + 1)] = await connection.files.read(entry.path);
    }
  }
  return zipSync(contents);
}
