/** The letters of `set`. */
export const LETTERS: Readonly<Record<string, string>> = {
  a: "allexport",
  b: "notify",
  e: "errexit",
  f: "noglob",
  h: "hashall",
  m: "monitor",
  k: "keyword",
  n: "noexec",
  p: "privileged",
  t: "onecmd",
  u: "nounset",
  v: "verbose",
  x: "xtrace",
  B: "braceexpand",
  C: "noclobber",
  E: "errtrace",
  T: "functrace",
  H: "histexpand",
  P: "physical",
};
/** The options of `set -o`. */
export const NAMED = [
  ...new Set([
    ...Object.values(LETTERS),
    "pipefail",
    "posix",
    "vi",
    "emacs",
    "ignoreeof",
    "nolog",
    "history",
    "interactive-comments",
    "keyword",
    "onecmd",
    "privileged",
  ]),
].sort();
/** The options of `shopt`, in bash's order. */
export const SHOPTS =
  "autocd assoc_expand_once cdable_vars cdspell checkhash checkjobs checkwinsize cmdhist compat31 compat32 compat40 compat41 compat42 compat43 compat44 complete_fullquote direxpand dirspell dotglob execfail expand_aliases extdebug extglob extquote failglob force_fignore globasciiranges globskipdots globstar gnu_errfmt histappend histreedit histverify hostcomplete huponexit inherit_errexit interactive_comments lastpipe lithist localvar_inherit localvar_unset login_shell mailwarn no_empty_cmd_completion nocaseglob nocasematch noexpand_translation nullglob patsub_replacement progcomp progcomp_alias promptvars restricted_shell shift_verbose sourcepath varredir_close xpg_echo".split(
    " ",
  );
