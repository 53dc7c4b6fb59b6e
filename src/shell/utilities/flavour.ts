/**
 * Whose tools are installed, decided by the image: a program file's row names it (`busybox:cat`; `cat` is GNU's).
 * Alpine's are BusyBox's on musl, which words unknown options and failed calls in its own way.
 */
export type Flavour = "gnu" | "busybox" | "alpine";

export const flavours: readonly Flavour[] = ["gnu", "busybox", "alpine"];

/** The name of the program that `name` is in this flavour. */
export const flavoured = (name: string, flavour: Flavour): string => (flavour === "gnu" ? name : `${flavour}:${name}`);
