import type { HelpTexts } from "../types.ts";

/** Commands that change how kubectl itself is set up. */
export const settingTexts: HelpTexts = {
  config: {
    long: `Look at and change kubeconfig files: which clusters there are, who you are there, and which of it is in use.

The file is what --kubeconfig names, else every file of $KUBECONFIG, which is a list with colons, else ~/.kube/config. Of several the first that says something wins. A context is a name for a cluster, a user and a namespace together.`,
  },
  "config current-context": {
    long: `Print the name of the context that is in use.`,
    examples: `# Where am I?
kubectl config current-context`,
  },
  "config delete-cluster": {
    long: `Take a cluster's entry out of the kubeconfig. Contexts that name it stay, and lead nowhere.`,
    examples: `# The cluster "old"
kubectl config delete-cluster old`,
  },
  "config delete-context": {
    long: `Take a context out of the kubeconfig; its cluster and its user stay there.`,
    examples: `# The context "old"
kubectl config delete-context old`,
  },
  "config delete-user": {
    long: `Take a user's entry, and so its credentials, out of the kubeconfig.`,
    examples: `# The user "old"
kubectl config delete-user old`,
  },
  "config get-clusters": {
    long: `List the clusters of the kubeconfig by name.`,
    examples: `# All of them
kubectl config get-clusters`,
  },
  "config get-contexts": {
    long: `List the contexts of the kubeconfig, or some of them; the one in use has a star.`,
    examples: `# All of them
kubectl config get-contexts

# Their names alone, for a script
kubectl config get-contexts -o name`,
  },
  "config get-users": {
    long: `List the users of the kubeconfig by name.`,
    examples: `# All of them
kubectl config get-users`,
  },
  "config rename-context": {
    long: `Give a context another name. If it is in use, it stays so.`,
    examples: `# Shorter to type
kubectl config rename-context lab short`,
  },
  "config set": {
    long: `Set one value of the kubeconfig by its path, the parts of which are joined by dots: clusters.NAME.server.

Values of fields that hold bytes are given in base64, or as they are with --set-raw-bytes.`,
    examples: `# Where the cluster "lab" is
kubectl config set clusters.lab.server https://10.0.0.1:6443

# Somebody's token
kubectl config set users.ann.token hush`,
  },
  "config set-cluster": {
    long: `Add a cluster to the kubeconfig, or change some fields of one.

How its certificate is trusted is said by a file of the authority that signed it; --embed-certs keeps that file's content instead of its path.`,
    examples: `# Where it is
kubectl config set-cluster lab --server=https://10.0.0.1:6443

# Trust whatever it shows: for a try, and nothing else
kubectl config set-cluster lab --insecure-skip-tls-verify=true

# Whose certificates to trust
kubectl config set-cluster lab --embed-certs --certificate-authority=ca.crt`,
  },
  "config set-context": {
    long: `Add a context to the kubeconfig, or change some fields of one.`,
    examples: `# ann on the cluster "lab", in the namespace team
kubectl config set-context lab --cluster=lab --user=ann --namespace=team

# Another namespace for the context in use
kubectl config set-context --current --namespace=default`,
  },
  "config set-credentials": {
    long: `Add a user to the kubeconfig, or change how one is known: by a client's certificate and its key, by a token, by a name and a password, or by what a program prints.

A token and a password exclude each other. A program is run whenever credentials are needed, and prints an ExecCredential.`,
    examples: `# A certificate and its key, kept in the file
kubectl config set-credentials ann --client-certificate=ann.crt --client-key=ann.key --embed-certs

# A token
kubectl config set-credentials robot --token=$(kubectl create token robot)

# A program, what it is told, and a variable taken away again
kubectl config set-credentials eve --exec-command=login --exec-api-version=client.authentication.k8s.io/v1 --exec-arg=--quiet --exec-env=REGION=west
kubectl config set-credentials eve --exec-env=REGION-`,
  },
  "config unset": {
    long: `Take one value of the kubeconfig away by its path.`,
    examples: `# Be in no context
kubectl --kubeconfig=spare config unset current-context

# Forget a user
kubectl config unset users.eve`,
  },
  "config use-context": {
    long: `Put another context in use: what every later command is about.`,
    examples: `# The context "kubernetes-admin@kubernetes"
kubectl config use-context kubernetes-admin@kubernetes`,
  },
  "config view": {
    long: `Show the kubeconfig as kubectl sees it, all its files together, with secrets left out.`,
    examples: `# What is in use, and nothing else
kubectl config view --minify

# With its secrets
kubectl config view --raw

# One file that can be taken elsewhere
kubectl config view --minify --flatten > elsewhere

# The address of the cluster
kubectl config view --minify -o jsonpath='{.clusters[0].cluster.server}'`,
  },
  kuberc: {
    long: `Look at and change ~/.kube/kuberc: what you want of kubectl on this computer, whatever cluster it speaks to.

It may give flags other values where you do not say them, name aliases for longer commands, and say which programs may be run for credentials. KUBERC=off, or --kuberc with another file, passes it over.`,
    examples: `# What it says
kubectl kuberc view`,
  },
  "kuberc set": {
    long: `Set one entry of the kuberc file, and make the file if there is none.

A default is a value for a flag of a command that holds until you type another. An alias stands for a command with some of its flags and arguments: those of --prependarg come before yours, those of --appendarg after. An entry that is there already is only changed with --overwrite.`,
    examples: `# Ask before anything is deleted
kubectl kuberc set --section=defaults --command=delete --option=interactive=true

# "kubectl getn" for "kubectl get nodes -o wide"
kubectl kuberc set --section=aliases --name=getn --command=get --prependarg=nodes --option=output=wide

# Think better of it
kubectl kuberc set --section=defaults --command=delete --option=interactive=false --overwrite

# Run no program for credentials but this one
kubectl kuberc set --section=credentialplugin --policy=Allowlist --allowlist-entry=command=login`,
  },
  "kuberc view": {
    long: `Show the kuberc file. Where there is none, it offers to make one.`,
    examples: `# As YAML, or as JSON
kubectl kuberc view
kubectl kuberc view -o json`,
  },
};
