import type { HelpTexts } from "../types.ts";

const ROLLED = "Deployments, daemon sets and stateful sets have rollouts.";

/** Commands that follow what goes on. */
export const followingTexts: HelpTexts = {
  rollout: {
    long: `Follow, hold, undo or begin anew the rollout of a workload.

${ROLLED}`,
    examples: `# Is it through?
kubectl rollout status deployment/front

# Go back to what was there before
kubectl rollout undo deployment/front`,
  },
  "rollout history": {
    long: `List the revisions of a workload, or show the pod template of one.

Why a revision came to be is what the annotation kubernetes.io/change-cause said at that time.`,
    examples: `# All revisions
kubectl rollout history deployment/front

# One of them
kubectl rollout history deployment/front --revision=2`,
  },
  "rollout pause": {
    long: `Hold a deployment's rollout: changes are kept and rolled out together when it is resumed. Only deployments can be held.`,
    examples: `# Nothing is rolled out until it is resumed
kubectl rollout pause deployment/front`,
  },
  "rollout resume": {
    long: `Let a deployment go on that was paused.`,
    examples: `# Roll out what has come together
kubectl rollout resume deployment/front`,
  },
  "rollout restart": {
    long: `Replace a workload's pods by new ones, as its strategy has it.

It writes the moment into an annotation of the pod template, and that is a change like any other.`,
    examples: `# One deployment
kubectl rollout restart deployment/front

# All with a label
kubectl rollout restart deployment --selector=app=front`,
  },
  "rollout status": {
    long: `Wait until the newest rollout is through, and tell how far it is.

It fails where the deadline of the deployment has passed, or its own --timeout.`,
    examples: `# Wait at most two minutes
kubectl rollout status deployment/front --timeout=2m

# How far is it now?
kubectl rollout status deployment/front --watch=false`,
  },
  "rollout undo": {
    long: `Go back to an earlier revision: the one before, or that of --to-revision. What was rolled back becomes a new revision.`,
    examples: `# See what it would be
kubectl rollout undo deployment/front --dry-run=server

# The revision before
kubectl rollout undo deployment/front`,
  },
  logs: {
    long: `Print what a container has written.

Of a workload it is one pod's, of a selector or with --all-pods that of each. A pod with several containers has a first one, or one that the annotation kubectl.kubernetes.io/default-container names. --previous is for a container that has crashed: it shows what the one before it wrote.`,
    examples: `# A pod, a container of it, the one before it
kubectl logs box
kubectl logs two -c side

# The newest twenty lines, and what comes
kubectl logs --tail=20 -f box

# Of the last hour, with times
kubectl logs --since=1h --timestamps box

# All pods of a deployment, each line with whose it is
kubectl logs deployment/front --all-pods --prefix

# Everything with a label
kubectl logs -l app=front --all-containers`,
  },
  wait: {
    long: `Wait until objects meet a condition: until they are there, until they are gone, until a condition of theirs is true, or until a field has a value.

It says which ones met it, and fails when --timeout has passed. Without =VALUE a condition must be True, and a field only be there. With --local it looks at what files say and asks no server.`,
    examples: `# Until a pod is ready
kubectl wait --for=condition=Ready pod/box

# Until a deployment is available
kubectl wait --for=condition=Available deployment/front --timeout=60s

# Until a field says so
kubectl wait --for=jsonpath='{.status.phase}'=Running pod/box

# Until all with a label are there
kubectl wait --for=create pods -l app=front

# Until it is gone
kubectl delete pod gone --wait=false && kubectl wait --for=delete pod/gone --timeout=60s`,
  },
  top: {
    long: `Show what nodes and pods use of processors and memory.

The metrics server asks the kubelets every fifteen seconds, so what is new has no numbers yet.`,
  },
  "top node": {
    long: `Show what nodes use, in numbers and in percent of what they can give.`,
    examples: `# All of them, the busiest first
kubectl top node --sort-by=cpu

# One
kubectl top node node-1`,
  },
  "top pod": {
    long: `Show what pods use, or with --containers each of their containers.`,
    examples: `# In all namespaces, the largest first
kubectl top pod -A --sort-by=memory

# Container by container, and their sum
kubectl top pod -n kube-system --containers
kubectl top pod -n kube-system --sum`,
  },
};
