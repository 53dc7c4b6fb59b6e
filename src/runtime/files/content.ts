import { errno } from "../errno.ts";
import { EMPTY, type Node } from "./node.ts";

/** What lies beyond the first of these is in pages of that size, and a page of zeros is none. */
export const PAGE = 1024 * 1024;
/** Pages that a file can really have: beyond them only zeros fit. */
const MAX_PAGES = 256;
const MAX_SIZE = 2 ** 44;
/** Never written to. */
export const ZEROS = new Uint8Array(65_536);

/** Some bytes from a position on, at most `max` and at most what lies together; none at the end. Shared: not to be changed. */
export function readAt(node: Node, offset: number, max: number): Uint8Array {
  const end = Math.min(node.size, offset + max);
  if (offset >= end) return EMPTY;
  if (offset < PAGE) return node.bytes.subarray(offset, Math.min(end, PAGE));
  const n = Math.floor(offset / PAGE);
  const page = node.pages?.[n - 1];
  const to = Math.min(end, (n + 1) * PAGE);
  return page ? page.subarray(offset - n * PAGE, to - n * PAGE) : ZEROS.subarray(0, Math.min(to - offset, ZEROS.length));
}

/** All of it, in one piece. Throws EFBIG for what does not fit in one. */
export function whole(node: Node): Uint8Array {
  if (node.size <= PAGE) return node.bytes.subarray(0, node.size);
  if (node.size > MAX_PAGES * PAGE) throw errno("EFBIG");
  const out = new Uint8Array(node.size);
  for (let at = 0; at < node.size;) {
    const part = readAt(node, at, node.size);
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Bytes below the old size are never changed in place: whoever has read them keeps what they were. */
export function writeAt(node: Node, data: Uint8Array, offset: number, changed: (page: number) => void): void {
  const end = offset + data.length;
  if (end > MAX_SIZE) throw errno("EFBIG");
  const { size } = node;
  if (offset < PAGE) growHead(node, data.subarray(0, PAGE - offset), offset);
  else if (size < PAGE) growHead(node, EMPTY, PAGE);
  for (let at = Math.max(offset, PAGE); at < end;) {
    const n = Math.floor(at / PAGE);
    const to = Math.min(end, (n + 1) * PAGE);
    const part = data.subarray(at - offset, to - offset);
    const pages = (node.pages ??= []);
    let page = pages[n - 1];
    if (page || !isZero(part)) {
      if (!page) {
        if (pages.reduce((sum, p) => sum + (p ? 1 : 0), 0) >= MAX_PAGES) throw errno("EFBIG");
        page = new Uint8Array(PAGE);
      } else if (at < size) page = page.slice();
      page.set(part, at - n * PAGE);
      pages[n - 1] = page;
      changed(n);
    }
    at = to;
  }
  node.size = Math.max(size, end);
}

/** `offset` is within the first page, or at its end with nothing to write. */
function growHead(node: Node, data: Uint8Array, offset: number): void {
  const end = offset + data.length;
  const has = Math.min(node.size, PAGE);
  if (!node.owned || end > node.bytes.length || offset < has) {
    const grown = new Uint8Array(Math.min(PAGE, Math.max(end, has, end > has ? 2 * has : 0, 64)));
    grown.set(node.bytes.subarray(0, has));
    node.bytes = grown;
    node.owned = true;
  }
  node.bytes.set(data, offset);
}

/** Makes it shorter, or longer by zeros. */
export function resizeTo(node: Node, size: number, changed: (page: number) => void): void {
  if (size > MAX_SIZE) throw errno("EFBIG");
  const head = Math.min(size, PAGE);
  if (head !== Math.min(node.size, PAGE)) {
    const bytes = head === 0 ? EMPTY : new Uint8Array(head);
    bytes.set(node.bytes.subarray(0, Math.min(head, node.size)));
    node.bytes = bytes;
    node.owned = false;
  }
  if (node.pages && size < node.size) {
    const last = Math.floor(size / PAGE);
    for (let n = Math.max(1, last); n <= node.pages.length; n++) if (node.pages[n - 1]) changed(n);
    node.pages.length = Math.min(node.pages.length, last);
    const page = last > 0 ? node.pages[last - 1] : undefined;
    if (page) node.pages[last - 1] = page.slice().fill(0, size - last * PAGE);
    if (node.pages.length === 0) node.pages = undefined;
  }
  node.size = size;
}

function isZero(data: Uint8Array): boolean {
  if (data.buffer === ZEROS.buffer) return true;
  let i = 0;
  if (data.byteOffset % 4 === 0) {
    const words = new Int32Array(data.buffer, data.byteOffset, data.length >> 2);
    for (let w = 0; w < words.length; w++) if (words[w] !== 0) return false;
    i = words.length * 4;
  }
  for (; i < data.length; i++) if (data[i] !== 0) return false;
  return true;
}
