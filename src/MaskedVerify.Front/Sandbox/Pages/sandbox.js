'use strict';

const byId = id => document.getElementById(id);

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

// Each step speaks below its own form.
function say(step, text, isError) {
  const status = byId(step + '-status');
  status.textContent = text;
  status.className = isError ? 'error' : '';
}

function forget() {
  say('start', '');
  say('inbox', '');
  byId('messages').replaceChildren();
}

async function call(path, body) {
  const key = byId('key').value.trim();
  if (!key) throw new Error('Enter your test key first.');
  const headers = { Authorization: 'Bearer ' + key };
  const request = { headers, cache: 'no-store', credentials: 'omit' };
  if (body) {
    request.method = 'POST';
    headers['Content-Type'] = 'application/json';
    request.body = JSON.stringify(body);
  }
  const response = await fetch(path, request);
  const answer = await response.json();
  if (!response.ok) {
    const mistakes = (answer.errors || []).map(e => `${e.pointer || e.parameter || e.header}: ${e.detail}`);
    throw new Error([`${answer.title}: ${answer.detail}`, ...mistakes].join(' '));
  }
  return answer;
}

// A message that no phone would have got shows no code: nobody could type it.
function show(messages) {
  byId('messages').replaceChildren(...messages.map(message => {
    const card = element('article', message.arrives ? 'message' : 'message lost');
    card.append(
      ...message.arrives
        ? [element('div', 'code', message.code), element('div', 'text', message.text)]
        : [element('div', 'text', `This message reaches no phone: ${message.outcome}.`)],
      element('div', 'meta', `${message.channel}, ${message.outcome}, ${new Date(message.at).toLocaleTimeString()}, attempt ${message.attempt + 1} of ${message.verification}`));
    return card;
  }));
}

async function refresh() {
  const alias = byId('alias').value.trim();
  const answer = await call('/sandbox/messages?alias=' + encodeURIComponent(alias));
  show(answer.messages);
  say('inbox', answer.messages.length === 0 ? 'No messages yet.' : `${answer.messages.length} message(s), newest first.`);
}

// An old message under a new error would look like its answer: everything is forgotten first.
function onSubmit(step, work) {
  byId(step).addEventListener('submit', event => {
    event.preventDefault();
    forget();
    say(step, '…');
    work().catch(error => say(step, error.message, true));
  });
}

onSubmit('start', async () => {
  byId('alias').value = '';
  const started = await call('/v1/verifications', { to: { phoneNumber: byId('number').value.trim() } });
  byId('alias').value = started.alias;
  const attempt = started.attempts[started.attempts.length - 1];
  say('start', started.status === 'pending' ? 'Started.' : `Ended at once: ${started.status}${attempt && attempt.why ? ` (${attempt.why})` : ''}.`);
  await refresh();
});

onSubmit('inbox', refresh);

fetch('/sandbox/numbers').then(response => response.json()).then(list => {
  byId('pattern').textContent = list.pattern;
  byId('number').value = list.numbers[0].number;
  byId('numbers').replaceChildren(...list.numbers.map(entry => {
    const row = element('tr');
    const pick = element('button', 'pick', entry.number);
    pick.type = 'button';
    pick.addEventListener('click', () => {
      byId('number').value = entry.number;
      byId('number').focus();
    });
    const number = element('td');
    number.append(pick);
    row.append(number, element('td', '', entry.outcome), element('td', '', entry.whatHappens));
    return row;
  }));
}).catch(() => say('start', 'The list of magic numbers could not be loaded.', true));
