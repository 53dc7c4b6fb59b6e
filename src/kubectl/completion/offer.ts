/** A candidate, with what explains it. */
export interface Word {
  readonly text: string;
  readonly about?: string;
}
/** What may follow, and how a shell is to take it: the sum of these. */
export interface Offer {
  readonly words: readonly Word[];
  readonly directive: number;
}
/** Files, where there is no candidate. */
export const FILES = 0;
export const NO_SPACE = 2;
export const NO_FILES = 4;
/** Files that end so. */
export const EXTENSIONS = 8;

/** How cobra names a directive on stderr. */
export const directiveName = (directive: number): string =>
  [
    ...((directive & NO_SPACE) === 0 ? [] : ["ShellCompDirectiveNoSpace"]),
    ...((directive & NO_FILES) === 0 ? [] : ["ShellCompDirectiveNoFileComp"]),
    ...((directive & EXTENSIONS) === 0 ? [] : ["ShellCompDirectiveFilterFileExt"]),
    ...(directive === FILES ? ["ShellCompDirectiveDefault"] : []),
  ].join(", ");
