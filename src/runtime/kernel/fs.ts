import type { Cancel } from "../../sim/index.ts";
import type { View } from "../files/view.ts";
import { decode } from "../text.ts";
import type { FileSystem, FileSystemSpace, Stat } from "../types.ts";
import type { Journal } from "./journal.ts";

/** A process's files, with every answer journalled and every effect suppressed while replaying. */
export class JournalledFiles implements FileSystem {
  readonly #view: View;
  readonly #journal: Journal;
  readonly #watch: (path: string, fn: (path: string) => void) => Cancel;

  constructor(view: View, journal: Journal, watch: (path: string, fn: (path: string) => void) => Cancel) {
    this.#view = view;
    this.#journal = journal;
    this.#watch = watch;
  }

  readFile(path: string): Uint8Array {
    return this.#journal.sync(`readFile:${path}`, () => this.#view.readFile(path));
  }
  readText(path: string): string {
    return decode(this.#journal.sync(`readFile:${path}`, () => this.#view.readFile(path)));
  }
  writeFile(path: string, data: string | Uint8Array, options?: Parameters<FileSystem["writeFile"]>[2]): void {
    return this.#journal.sync(`writeFile:${path}`, () => this.#view.writeFile(path, data, options));
  }
  stat(path: string): Stat {
    return this.#journal.sync(`stat:${path}`, () => this.#view.stat(path));
  }
  lstat(path: string): Stat {
    return this.#journal.sync(`lstat:${path}`, () => this.#view.lstat(path));
  }
  statfs(path: string): FileSystemSpace {
    return this.#journal.sync(`statfs:${path}`, () => this.#view.statfs(path));
  }
  exists(path: string): boolean {
    return this.#journal.sync(`exists:${path}`, () => this.#view.exists(path));
  }
  access(path: string, want: number): boolean {
    return this.#journal.sync(`access:${path}`, () => this.#view.access(path, want));
  }
  readdir(path: string): readonly string[] {
    return this.#journal.sync(`readdir:${path}`, () => this.#view.readdir(path));
  }
  mkdir(path: string, options?: Parameters<FileSystem["mkdir"]>[1]): void {
    return this.#journal.sync(`mkdir:${path}`, () => this.#view.mkdir(path, options));
  }
  unlink(path: string): void {
    return this.#journal.sync(`unlink:${path}`, () => this.#view.unlink(path));
  }
  rmdir(path: string): void {
    return this.#journal.sync(`rmdir:${path}`, () => this.#view.rmdir(path));
  }
  rename(from: string, to: string): void {
    return this.#journal.sync(`rename:${from}`, () => this.#view.rename(from, to));
  }
  symlink(target: string, path: string): void {
    return this.#journal.sync(`symlink:${path}`, () => this.#view.symlink(target, path));
  }
  link(existing: string, path: string): void {
    return this.#journal.sync(`link:${path}`, () => this.#view.link(existing, path));
  }
  readlink(path: string): string {
    return this.#journal.sync(`readlink:${path}`, () => this.#view.readlink(path));
  }
  realpath(path: string): string {
    return this.#journal.sync(`realpath:${path}`, () => this.#view.realpath(path));
  }
  chmod(path: string, mode: number): void {
    return this.#journal.sync(`chmod:${path}`, () => this.#view.chmod(path, mode));
  }
  chown(path: string, uid: number, gid: number): void {
    return this.#journal.sync(`chown:${path}`, () => this.#view.chown(path, uid, gid));
  }
  utimes(path: string, mtime: number): void {
    return this.#journal.sync(`utimes:${path}`, () => this.#view.utimes(path, mtime));
  }
  truncate(path: string, size: number): void {
    return this.#journal.sync(`truncate:${path}`, () => this.#view.truncate(path, size));
  }
  watch(path: string, fn: (path: string) => void): Cancel {
    return this.#watch(path, fn);
  }
}
