// Prints what each workload of deploy/ is started with, as JSON: "node workloads.mjs DEPLOY". The image's variables, and over them its own; what a secret or the
// cluster gives stands as "secret:NAME/KEY" and "field:PATH", also where a secret is a file.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const deploy = process.argv[2];
const documents = (file) => parseAllDocuments(readFileSync(file, 'utf8'), { merge: true }).map((document) => document.toJS()).filter((value) => value !== null);

const dockerfile = readFileSync(join(deploy, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ').split('\n');
const image = Object.fromEntries(dockerfile.filter((line) => line.startsWith('ENV ')).flatMap((line) => line.slice(4).trim().split(/\s+/)).map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
const base = dockerfile.filter((line) => line.startsWith('FROM ')).at(-1).split(' ')[1];
const workloads = [];

for (const file of readdirSync(deploy).filter((name) => /^compose\..*\.yaml$/.test(name))) {
  for (const [name, service] of Object.entries(documents(join(deploy, file))[0].services)) {
    if (service.image?.startsWith('maskedverify:')) {
      workloads.push({ name: `${file}/${name}`, base, environment: { ...image, ...service.environment }, command: [...(service.entrypoint ?? []), ...(service.command ?? [])], grace: service.stop_grace_period ?? '' });
    }
  }
}

const manifests = readdirSync(join(deploy, 'kubernetes')).filter((name) => name.endsWith('.yaml')).flatMap((name) => documents(join(deploy, 'kubernetes', name)));
const maps = Object.fromEntries(manifests.filter((manifest) => manifest.kind === 'ConfigMap').map((manifest) => [manifest.metadata.name, manifest.data]));

function given({ name, value, valueFrom }) {
  const secret = valueFrom?.secretKeyRef;
  return [name, secret ? `secret:${secret.name}/${secret.key}` : valueFrom ? `field:${valueFrom.fieldRef.fieldPath}` : value];
}

// A file of a secret that the pod mounts.
function mounted(pod, container, [name, value]) {
  const mount = (container.volumeMounts ?? []).find((one) => value.startsWith(one.mountPath + '/') && pod.volumes.some((volume) => volume.name === one.name && volume.secret));
  return [name, mount ? `secret:${pod.volumes.find((volume) => volume.name === mount.name).secret.secretName}${value.slice(mount.mountPath.length)}` : value];
}

for (const manifest of manifests.filter((one) => ['Deployment', 'Job'].includes(one.kind))) {
  const pod = manifest.spec.template.spec;
  const [container] = pod.containers;
  const shared = (container.envFrom ?? []).map((from) => maps[from.configMapRef.name]);
  const own = Object.assign({}, image, ...shared, Object.fromEntries((container.env ?? []).map(given)));
  const environment = Object.fromEntries(Object.entries(own).map((variable) => mounted(pod, container, variable)));
  workloads.push({
    name: `kubernetes/${manifest.metadata.name.replace('maskedverify-', '')}`, base, environment, command: [...(container.command ?? []), ...(container.args ?? [])],
    grace: pod.terminationGracePeriodSeconds ? `${pod.terminationGracePeriodSeconds}s` : '',
  });
}

console.log(JSON.stringify(workloads));
