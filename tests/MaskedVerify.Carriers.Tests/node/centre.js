'use strict';
// An SMS centre made of the npm package "smpp" (MIT), which this project did not write. One JSON argument, JSON lines on standard output, ends with
// standard input, so that it never outlives the test that started it.
const fs = require('fs');
const options = JSON.parse(process.argv[2]);
const smpp = require(options.module);

const tell = (event) => process.stdout.write(JSON.stringify(event) + '\n');
const secure = options.key ? { key: fs.readFileSync(options.key), cert: fs.readFileSync(options.cert) } : {};
let number = 0;
let throttle = options.throttle || 0;

// What the package made of the octets: the text, and the concatenation header if there is one.
function read(pdu) {
  const content = pdu.short_message && (pdu.short_message.message || pdu.short_message.udh) ? pdu.short_message : pdu.message_payload || pdu.short_message;
  const text = content && content.message !== undefined ? content.message : content;
  const header = content && content.udh ? content.udh[0] : null;
  const at = header && header[0] === 8 ? 4 : 3;
  return {
    text: text.toString(),
    reference: header ? header.slice(2, at).toString('hex') : null,
    parts: header ? header[at] : 1,
    part: header ? header[at + 1] : 1,
  };
}

function receipt(session, pdu, id) {
  session.deliver_sm({
    source_addr: pdu.destination_addr,
    destination_addr: pdu.source_addr,
    esm_class: smpp.ESM_CLASS.MC_DELIVERY_RECEIPT,
    short_message: 'id:' + id + ' sub:001 dlvrd:001 submit date:2601010000 done date:2601010001 stat:' + (options.state || 'DELIVRD') + ' err:000 text:',
    ...(options.parameters ? { receipted_message_id: id, message_state: smpp.MESSAGE_STATE.DELIVERED } : {}),
  }, (answer) => tell({ event: 'receipt-answer', status: answer.command_status }));
}

const server = smpp.createServer(secure, (session) => {
  session.on('error', (error) => tell({ event: 'error', message: error.message }));
  session.on('close', () => tell({ event: 'close' }));
  session.on('bind_transceiver', (pdu) => {
    const good = pdu.password === options.password;
    tell({ event: 'bind', systemId: pdu.system_id, version: pdu.interface_version, good });
    session.send(pdu.response({ command_status: good ? 0 : smpp.ESME_RINVPASWD, system_id: 'npm' }));
  });
  session.on('enquire_link', (pdu) => {
    tell({ event: 'enquire-link' });
    session.send(pdu.response());
  });
  session.on('unbind', (pdu) => {
    tell({ event: 'unbind' });
    session.send(pdu.response());
    session.close();
  });
  session.on('submit_sm', (pdu) => {
    if (throttle > 0) {
      throttle -= 1;
      session.send(pdu.response({ command_status: smpp.ESME_RTHROTTLED }));
      return;
    }
    if (pdu.destination_addr === options.reject) {
      session.send(pdu.response({ command_status: smpp.ESME_RINVDSTADR }));
      return;
    }
    number += 1;
    const id = 'npm-' + number;
    tell({ event: 'submit', id, from: pdu.source_addr, to: pdu.destination_addr, coding: pdu.data_coding, ...read(pdu) });
    if (pdu.registered_delivery && options.early) receipt(session, pdu, id);
    session.send(pdu.response({ message_id: id }));
    if (pdu.registered_delivery && !options.early) receipt(session, pdu, id);
  });
});

server.listen(options.port, '127.0.0.1', () => tell({ event: 'listening', port: server.address().port }));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
