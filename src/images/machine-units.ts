/** Units of a machine as its distribution's and Kubernetes' packages bring them. */
const KUBELET = `[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
`;
const KUBEADM = `# Note: This dropin only works with kubeadm and kubelet v1.11+
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
# This is a file that "kubeadm init" and "kubeadm join" generates at runtime, populating the KUBELET_KUBEADM_ARGS variable dynamically
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
# This is a file that the user can use for overrides of the kubelet args as a last resort. Preferably, the user should use
# the .NodeRegistration.KubeletExtraArgs object in the configuration files instead. KUBELET_EXTRA_ARGS should be sourced from this file.
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`;
const CONTAINERD = `[Unit]
Description=containerd container runtime
Documentation=https://containerd.io
After=network.target dbus.service

[Service]
ExecStart=/usr/bin/containerd
Type=notify
Delegate=yes
KillMode=process
Restart=always
RestartSec=5
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
OOMScoreAdjust=-999

[Install]
WantedBy=multi-user.target
`;
const SSH = `[Unit]
Description=OpenBSD Secure Shell server
Documentation=man:sshd(8) man:sshd_config(5)
After=network.target auditd.service

[Service]
EnvironmentFile=-/etc/default/ssh
ExecStart=/usr/sbin/sshd -D $SSHD_OPTS
KillMode=process
Restart=on-failure
Type=notify

[Install]
WantedBy=multi-user.target
`;
const KUBE_PROXY = `[Unit]
Description=Kubernetes Kube Proxy
Documentation=https://kubernetes.io/docs/reference/command-line-tools-reference/kube-proxy/
After=network-online.target

[Service]
ExecStart=/usr/local/bin/kube-proxy --config=/var/lib/kube-proxy/config.conf
Restart=on-failure
RestartSec=5

[Install]
WantedBy=multi-user.target
`;
const CONTAINERD_CONFIG = `version = 3
root = '/var/lib/containerd'
state = '/run/containerd'

[grpc]
  address = '/run/containerd/containerd.sock'

[plugins]
  [plugins.'io.containerd.cri.v1.runtime']
    [plugins.'io.containerd.cri.v1.runtime'.containerd]
      default_runtime_name = 'runc'
      [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
        runtime_type = 'io.containerd.runc.v2'
        [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
          SystemdCgroup = true
    [plugins.'io.containerd.cri.v1.runtime'.cni]
      bin_dirs = ['/opt/cni/bin']
      conf_dir = '/etc/cni/net.d'
`;

const SYSTEM = "/usr/lib/systemd/system";
const WANTED = "/etc/systemd/system/multi-user.target.wants";

/** Daemons, what starts them, and what they are set up with. */
export const unitFiles = {
  "/usr/bin/kubelet": { program: "kubelet" },
  "/usr/bin/containerd": { program: "containerd" },
  "/usr/bin/containerd-shim-runc-v2": { program: "containerd-shim" },
  "/usr/sbin/sshd": { program: "sshd" },
  "/usr/local/bin/kube-proxy": { program: "kube-proxy" },
  [`${SYSTEM}/kubelet.service`]: KUBELET,
  [`${SYSTEM}/kubelet.service.d/10-kubeadm.conf`]: KUBEADM,
  [`${SYSTEM}/containerd.service`]: CONTAINERD,
  [`${SYSTEM}/ssh.service`]: SSH,
  "/etc/systemd/system/kube-proxy.service": KUBE_PROXY,
  [`${WANTED}/kubelet.service`]: { link: `${SYSTEM}/kubelet.service` },
  [`${WANTED}/containerd.service`]: { link: `${SYSTEM}/containerd.service` },
  [`${WANTED}/ssh.service`]: { link: `${SYSTEM}/ssh.service` },
  [`${WANTED}/kube-proxy.service`]: { link: "/etc/systemd/system/kube-proxy.service" },
  "/etc/containerd/config.toml": CONTAINERD_CONFIG,
  "/etc/default/kubelet": "KUBELET_EXTRA_ARGS=\n",
  "/etc/kubernetes/manifests": { directory: true },
} as const;
