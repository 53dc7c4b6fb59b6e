/** How the learner's kubectl reaches the cluster. */
interface KubeconfigSettings {
  readonly context: string;
  readonly cluster: string;
  readonly user: string;
  readonly server: string;
  readonly certificateAuthorityData?: string;
  /** Fields of the user's entry: a token, or client certificate data. */
  readonly credentials?: Readonly<Record<string, string>>;
}

export const HOME = "/home/learner";
export const USER = "learner";
export const UID = 1000;

export function kubeconfigText(s: KubeconfigSettings): string {
  const credentials = Object.entries(s.credentials ?? {});
  return [
    "apiVersion: v1",
    "clusters:",
    "- cluster:",
    ...(s.certificateAuthorityData ? [`    certificate-authority-data: ${s.certificateAuthorityData}`] : []),
    `    server: ${s.server}`,
    `  name: ${s.cluster}`,
    "contexts:",
    "- context:",
    `    cluster: ${s.cluster}`,
    `    user: ${s.user}`,
    `  name: ${s.context}`,
    `current-context: ${s.context}`,
    "kind: Config",
    "users:",
    `- name: ${s.user}`,
    credentials.length > 0 ? "  user:" : "  user: {}",
    ...credentials.map(([key, value]) => `    ${key}: ${value}`),
    "",
  ].join("\n");
}

export const BASHRC = `# ~/.bashrc: what every interactive shell of the workstation starts with.
PS1='\\[\\e[1;32m\\]\\u@\\h\\[\\e[0m\\]:\\[\\e[1;34m\\]\\w\\[\\e[0m\\]\\$ '
HISTSIZE=2000
if [ -f /usr/share/bash-completion/bash_completion ]; then . /usr/share/bash-completion/bash_completion; fi
alias k=kubectl
# As \`source <(kubectl completion bash)\` would set it, without the wait.
__start_kubectl() {
    local IFS=$'\\n' directive cur words cword
    _get_comp_words_by_ref -n =: cur words cword
    COMPREPLY=( $(kubectl __completeNoDesc "\${words[@]:1:cword}" 2>/dev/null) )
    directive=\${COMPREPLY[-1]#:}
    unset 'COMPREPLY[-1]'
    if ((directive & 8)); then COMPREPLY=(); fi
    if ((directive & 2)); then compopt -o nospace; fi
    if ((directive & 4)); then compopt +o default; fi
    __ltrim_colon_completions "$cur"
}
complete -o default -F __start_kubectl kubectl k
alias ll='ls -l'
`;

export const BASH_PROFILE = `# ~/.bash_profile: a login shell reads this instead of ~/.bashrc.
if [ -f ~/.bashrc ]; then . ~/.bashrc; fi
`;

/** The environment of the learner's processes. */
export const environment = (columns?: number, rows?: number): Readonly<Record<string, string>> => ({
  HOME,
  USER,
  LOGNAME: USER,
  SHELL: "/bin/bash",
  PATH: "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin",
  LANG: "C.UTF-8",
  KUBECONFIG: `${HOME}/.kube/config`,
  ...(columns === undefined
    ? {}
    : { TERM: "xterm-256color", COLORTERM: "truecolor", TERM_PROGRAM: "timonel", COLUMNS: String(columns), LINES: String(rows ?? 24) }),
});
