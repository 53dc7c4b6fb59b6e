/** What :set knows. */
export interface Options {
  readonly number: boolean;
  readonly relativenumber: boolean;
  readonly expandtab: boolean;
  readonly tabstop: number;
  readonly shiftwidth: number;
  readonly softtabstop: number;
  readonly autoindent: boolean;
  readonly smartindent: boolean;
  readonly shiftround: boolean;
  readonly paste: boolean;
  readonly hlsearch: boolean;
  readonly incsearch: boolean;
  readonly ignorecase: boolean;
  readonly smartcase: boolean;
  readonly wrapscan: boolean;
  readonly list: boolean;
  readonly wrap: boolean;
  readonly ruler: boolean;
  readonly showcmd: boolean;
  readonly showmode: boolean;
  readonly cursorline: boolean;
  readonly cursorcolumn: boolean;
  readonly readonly: boolean;
  readonly startofline: boolean;
  readonly gdefault: boolean;
  readonly magic: boolean;
  readonly showmatch: boolean;
  readonly fixendofline: boolean;
  readonly errorbells: boolean;
  readonly visualbell: boolean;
  readonly hidden: boolean;
  readonly scrolloff: number;
  readonly laststatus: number;
  readonly textwidth: number;
  readonly undolevels: number;
  readonly backspace: string;
  readonly formatoptions: string;
  readonly filetype: string;
  readonly syntax: string;
  readonly background: string;
  readonly fileformat: string;
  readonly fileencoding: string;
  readonly encoding: string;
  readonly mouse: string;
  readonly listchars: string;
  readonly whichwrap: string;
  readonly clipboard: string;
}
export type OptionName = keyof Options;

const VIM: Options = {
  number: false,
  relativenumber: false,
  expandtab: false,
  tabstop: 8,
  shiftwidth: 8,
  softtabstop: 0,
  autoindent: false,
  smartindent: false,
  shiftround: false,
  paste: false,
  hlsearch: false,
  incsearch: false,
  ignorecase: false,
  smartcase: false,
  wrapscan: true,
  list: false,
  wrap: true,
  ruler: true,
  showcmd: true,
  showmode: true,
  cursorline: false,
  cursorcolumn: false,
  readonly: false,
  startofline: true,
  gdefault: false,
  magic: true,
  showmatch: false,
  fixendofline: true,
  errorbells: false,
  visualbell: false,
  hidden: false,
  scrolloff: 0,
  laststatus: 1,
  textwidth: 0,
  undolevels: 1000,
  backspace: "indent,eol,start",
  formatoptions: "tcq",
  filetype: "",
  syntax: "",
  background: "dark",
  fileformat: "unix",
  fileencoding: "",
  encoding: "utf-8",
  mouse: "",
  listchars: "eol:$",
  whichwrap: "b,s",
  clipboard: "",
};

/** `defaults`: nobody has a ~/.vimrc, and vim reads defaults.vim in its place. */
export function defaults(flavour: "vim" | "busybox", settings: "defaults" | "vimrc" | "none"): Options {
  if (flavour === "busybox")
    return { ...VIM, wrap: false, ruler: false, showcmd: false, showmode: false, autoindent: false, shiftwidth: 8, tabstop: 8 };
  if (settings === "defaults") return { ...VIM, scrolloff: 5, incsearch: true };
  return settings === "vimrc" ? { ...VIM, showcmd: false } : VIM;
}

/** Short names. */
export const SHORT: Readonly<Record<string, OptionName>> = {
  nu: "number",
  rnu: "relativenumber",
  et: "expandtab",
  ts: "tabstop",
  sw: "shiftwidth",
  sts: "softtabstop",
  ai: "autoindent",
  si: "smartindent",
  sr: "shiftround",
  hls: "hlsearch",
  is: "incsearch",
  ic: "ignorecase",
  scs: "smartcase",
  ws: "wrapscan",
  ru: "ruler",
  sc: "showcmd",
  smd: "showmode",
  cul: "cursorline",
  cuc: "cursorcolumn",
  ro: "readonly",
  sol: "startofline",
  gd: "gdefault",
  sm: "showmatch",
  fixeol: "fixendofline",
  eb: "errorbells",
  vb: "visualbell",
  hid: "hidden",
  so: "scrolloff",
  ls: "laststatus",
  tw: "textwidth",
  ul: "undolevels",
  bs: "backspace",
  fo: "formatoptions",
  ft: "filetype",
  syn: "syntax",
  bg: "background",
  ff: "fileformat",
  fenc: "fileencoding",
  enc: "encoding",
  lcs: "listchars",
  ww: "whichwrap",
  cb: "clipboard",
};

/** Columns of an indent's step. */
export const shiftWidth = (o: Options): number => o.shiftwidth || o.tabstop;
