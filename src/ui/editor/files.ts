import { create } from "zustand";
import { announce, notify } from "../announce.ts";
import { apply as applyFile } from "../actions.ts";
import type { Connection, FileEntry } from "../connection.ts";
import { confirm } from "../dialogs.ts";
import { t } from "../i18n.ts";
import { useSession } from "../session.ts";
import { useSettings } from "../settings.ts";
import { templates, type Template } from "./templates.ts";

/** A place in a text, counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Problem extends Place {
  readonly message: string;
  readonly severity: "error" | "warning";
}

interface Buffer {
  /** What the disk holds. */
  readonly saved: string;
  /** What the editor holds. */
  readonly text: string;
  /** The disk changed under unsaved work. */
  readonly stale: boolean;
  readonly problems: readonly Problem[];
}

export interface Files {
  /** The home folder's visible entries, folders before their contents, sorted. */
  readonly entries: readonly FileEntry[];
  readonly listed: boolean;
  /** Open files in the order of their tabs. */
  readonly buffers: ReadonlyMap<string, Buffer>;
  readonly active: string | undefined;
  /** Where the cursor is to go in the active file. */
  readonly reveal: Place | undefined;
  /** Whether the editor checks against the Kubernetes schema; undefined until it is known. */
  readonly schema: boolean | undefined;
}

export const useFiles = create<Files>(() => ({
  entries: [],
  listed: false,
  buffers: new Map(),
  active: undefined,
  reveal: undefined,
  schema: undefined,
}));

export const isDirty = (buffer: Buffer | undefined): boolean => buffer !== undefined && buffer.text !== buffer.saved;
export const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

const decoder = new TextDecoder();
const DEPTH = 6;

function connected(): Connection {
  const { connection } = useSession.getState();
  if (!connection) throw new Error(t("app.starting"));
  return connection;
}

function patch(path: string, change: Partial<Buffer>): void {
  useFiles.setState(({ buffers }) => {
    const buffer = buffers.get(path);
    return buffer ? { buffers: new Map(buffers).set(path, { ...buffer, ...change }) } : {};
  });
}

async function trouble<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    notify(t("files.refuse", { message: error instanceof Error ? error.message : String(error) }), { tone: "trouble" });
    return undefined;
  }
}

/** Follows the home folder, so that what the terminal writes shows at once. */
export function followFiles(): () => void {
  let stop: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const changed = new Set<string>();
  const refresh = async (connection: Connection, home: string) => {
    const entries = await walk(connection, home, 0);
    useFiles.setState({ entries, listed: true });
    const open = [...useFiles.getState().buffers.keys()].filter((path) => changed.has(path));
    changed.clear();
    for (const path of open) await reread(connection, path);
  };
  const start = ({ connection, home }: ReturnType<typeof useSession.getState>) => {
    stop?.();
    if (!connection) return;
    const later = (path: string) => {
      changed.add(path);
      clearTimeout(timer);
      timer = setTimeout(() => void refresh(connection, home).catch(() => {}), 120);
    };
    stop = connection.files.watch(home, later);
    for (const path of useFiles.getState().buffers.keys()) changed.add(path);
    later(home);
  };
  start(useSession.getState());
  const unsubscribe = useSession.subscribe((now, before) => now.connection !== before.connection && start(now));
  return () => {
    unsubscribe();
    stop?.();
  };
}

async function walk(connection: Connection, folder: string, depth: number): Promise<FileEntry[]> {
  const found: FileEntry[] = [];
  const entries = [...(await connection.files.list(folder))].filter((e) => !baseName(e.path).startsWith("."));
  entries.sort((a, b) => Number(b.type === "directory") - Number(a.type === "directory") || a.path.localeCompare(b.path));
  for (const entry of entries) {
    found.push(entry);
    if (entry.type === "directory" && depth < DEPTH) found.push(...(await walk(connection, entry.path, depth + 1)));
  }
  return found;
}

async function reread(connection: Connection, path: string): Promise<void> {
  const buffer = useFiles.getState().buffers.get(path);
  if (!buffer) return;
  try {
    const text = decoder.decode(await connection.files.read(path));
    if (text === buffer.saved) return;
    patch(path, isDirty(buffer) && text !== buffer.text ? { stale: true } : { saved: text, text, stale: false });
  } catch {
    // Removed in the terminal: what is open here becomes unsaved work.
    if (!isDirty(buffer)) patch(path, { saved: "" });
  }
}

export function openFile(path: string, at?: Place): Promise<void | undefined> {
  return trouble(async () => {
    if (!useFiles.getState().buffers.has(path)) {
      const text = decoder.decode(await connected().files.read(path));
      useFiles.setState((s) => ({ buffers: new Map(s.buffers).set(path, { saved: text, text, stale: false, problems: [] }) }));
    }
    useFiles.setState({ active: path, reveal: at });
    useSettings.setState({ pane: "editor" });
  });
}

export function edit(path: string, text: string): void {
  patch(path, { text });
}

export function setProblems(path: string, problems: readonly Problem[]): void {
  patch(path, { problems });
}

export async function save(path: string): Promise<boolean> {
  const buffer = useFiles.getState().buffers.get(path);
  if (!buffer) return false;
  const done = await trouble(async () => {
    await connected().files.write(path, buffer.text);
    patch(path, { saved: buffer.text, stale: false });
    announce(t("editor.saved", { name: baseName(path) }));
    return true;
  });
  return done ?? false;
}

export async function saveAndApply(path: string): Promise<void> {
  const buffer = useFiles.getState().buffers.get(path);
  if (isDirty(buffer) && !(await save(path))) return;
  applyFile(path);
}

export async function reload(path: string): Promise<void> {
  patch(path, { text: useFiles.getState().buffers.get(path)?.saved ?? "" });
  await reread(connected(), path);
}

export async function newFromTemplate(template: Template): Promise<void> {
  const { file, text } = templates[template];
  await trouble(async () => {
    const { home } = useSession.getState();
    const taken = new Set(useFiles.getState().entries.map((e) => e.path));
    const [stem, extension] = file.split(".");
    let path = `${home}/${file}`;
    for (let n = 2; taken.has(path); n++) path = `${home}/${stem}-${n}.${extension}`;
    await connected().files.write(path, text);
    await openFile(path);
  });
}

export async function rename(from: string, name: string): Promise<void> {
  const to = from.slice(0, from.lastIndexOf("/") + 1) + name;
  if (!name || to === from) return;
  await trouble(async () => {
    await connected().files.rename(from, to);
    useFiles.setState((s) => {
      const moved = (path: string) => (path === from ? to : path.startsWith(`${from}/`) ? to + path.slice(from.length) : path);
      return { buffers: new Map([...s.buffers].map(([path, buffer]) => [moved(path), buffer])), active: s.active && moved(s.active) };
    });
  });
}

export async function remove(path: string): Promise<void> {
  const name = baseName(path);
  if (
    !(await confirm({
      title: t("dialog.deleteFileTitle", { name }),
      text: t("dialog.deleteFileText"),
      action: t("dialog.deleteDo"),
      danger: true,
    }))
  )
    return;
  await trouble(async () => {
    await connected().files.remove(path);
    drop(path);
  });
}

export async function close(path: string): Promise<void> {
  const name = baseName(path);
  const dirty = isDirty(useFiles.getState().buffers.get(path));
  if (
    dirty &&
    !(await confirm({
      title: t("dialog.unsavedTitle", { name }),
      text: t("dialog.unsavedText"),
      action: t("dialog.unsavedDo"),
      danger: true,
    }))
  )
    return;
  drop(path);
}

function drop(path: string): void {
  useFiles.setState((s) => {
    const buffers = new Map([...s.buffers].filter(([open]) => open !== path && !open.startsWith(`${path}/`)));
    return { buffers, active: s.active !== undefined && buffers.has(s.active) ? s.active : [...buffers.keys()].at(-1) };
  });
}
