// A message's page: keys, words that light up with their tags, and a save that leaves the edit where it is until the
// server says that it is stored. All of it works without this file, by plain forms and links; htmx draws the next
// message without loading a page.

const main = () => document.getElementById('main-content');
const form = () => document.getElementById('decide');
const keysOn = () => main().querySelector('[data-keys]')?.dataset.keys === 'on';
const say = (words) => { document.getElementById('said').textContent = words; };
let drawn = null; // the main element that `begin` saw last
let opened = null; // the question that digits and letters go to
let typed = { text: '', at: 0 };
let asked = ''; // the form as it was drawn
let leaving = null; // the link or form that would leave what is not saved: asked for twice, it does
let shown = false; // the last answer took the place of the page
let active = Date.now(); // when the person last did something

function begin() {
  drawn = main();
  opened = null;
  document.documentElement.classList.toggle('app-keys-on', keysOn());
  asked = form() && !('unsaved' in form().dataset) ? contents() : '';
  leaving = null;
  showState();
}

const OF_NO_DECISION = ['token', 'version', 'events', 'flagged_for', 'note', 'leave_flag'];
const contents = () => new URLSearchParams([...new FormData(form())].filter(([name]) => !OF_NO_DECISION.includes(name))).toString();
const isChanged = () => Boolean(form()) && contents() !== asked;
// A note, or another colleague than the flag's, that was not sent.
const hasFlag = () => {
  const [note, whom] = ['note', 'flagged_for'].map((id) => document.getElementById(id));
  return Boolean(note) && (note.value.trim() !== '' || whom.value !== whom.dataset.stands);
};

function showState() {
  const words = form()?.querySelector('[data-words]');
  if (words) words.textContent = isChanged() ? 'Save changes and go to the next' : words.dataset.words;
}

// --- saving

const isSave = (event) => event.detail.requestConfig?.verb === 'post';
const isOfFlag = (event) => /\/flag(\?|$)/.test(event?.detail.requestConfig?.path ?? '');

document.addEventListener('htmx:beforeRequest', (event) => {
  const { elt } = event.detail;
  if (elt.id === 'company') {
    // Looking who else is here must not keep a forgotten session alive.
    if (document.hidden || Date.now() - active > 120000) event.preventDefault();
  } else if (form() && elt === form() && !isOfFlag(event) && hasFlag() && leaving !== elt) {
    leaving = elt;
    form().elements.leave_flag.value = 'yes';
    event.preventDefault();
    state('The flag is not saved. Press Save the flag, or do it again to leave it.', true);
  } else if ((isChanged() || hasFlag()) && ![form(), leaving].includes(elt)) {
    leaving = elt;
    event.preventDefault();
    state('You have changes that are not saved. Do it again to leave them.', true);
  } else if (isSave(event)) {
    state('Saving…', false, event);
  }
});
for (const kind of ['keydown', 'pointermove', 'scroll']) {
  addEventListener(kind, () => { active = Date.now(); }, { passive: true });
}
// Who is here is said aloud once, not every time that it is asked.
const wordsOf = (html) => new DOMParser().parseFromString(html, 'text/html').body.textContent.replace(/\s+/g, ' ').trim();
document.addEventListener('htmx:beforeSwap', (event) => {
  const { xhr, elt } = event.detail;
  if (elt.id === 'company' && wordsOf(xhr.responseText) === wordsOf(elt.innerHTML)) event.detail.shouldSwap = false;
  // A page that does not hold the edit must not take its place.
  if (xhr.status >= 400 && !/id="(decide|keep)"/.test(xhr.responseText)) event.detail.shouldSwap = false;
  shown = event.detail.shouldSwap;
});
document.addEventListener('htmx:afterSettle', () => {
  if (main() === drawn) return;
  begin();
  const summary = main().querySelector('.govuk-error-summary');
  const place = summary ?? main().querySelector('h1');
  place.setAttribute('tabindex', '-1');
  place.focus({ preventScroll: !summary });
  const words = [...main().querySelectorAll('[data-say]'), ...(summary ? [] : [place])];
  say(words.map((item) => item.textContent.replace(/\s+/g, ' ').trim()).join(' '));
});
document.addEventListener('htmx:responseError', (event) => {
  const { status, responseText } = event.detail.xhr;
  if (shown) return; // the page itself says what is wrong
  if (status === 401) failed(event, 'you are signed out. Sign in again in another tab');
  else if ([403, 409].includes(status) && event.detail.elt.id !== 'company') state(toldBy(responseText), true, event);
  else failed(event, 'the server had a problem');
});
document.addEventListener('htmx:sendError', (event) => failed(event, 'the page cannot reach its server'));
document.addEventListener('htmx:timeout', (event) => {
  if (!isSave(event)) return failed(event, 'the server did not answer');
  state('It is not known whether it was saved: the server did not answer. If it was, a line above says that this message has changed.', true);
  const company = document.getElementById('company');
  if (company) htmx.ajax('get', company.getAttribute('hx-get'), { source: company, target: company, swap: 'innerHTML' });
});

function toldBy(html) {
  const answer = new DOMParser().parseFromString(html, 'text/html').getElementById('main-content');
  const words = [answer?.querySelector('h1'), answer?.querySelector('p')].filter(Boolean).map((item) => item.textContent.trim());
  return words.join('. ') || 'Not done: the server refused it.';
}

function failed(event, why) {
  if (event.detail.elt.id === 'company') return; // nobody asked for it
  state(isSave(event) ? `Not saved: ${why}. What you chose is still here: save it again then.` : `Not done: ${why}.`, true, event);
}

// Said beside the button that was pressed: the other may be out of sight.
function state(words, bad = false, event = null) {
  const place = document.getElementById(isOfFlag(event) ? 'flag-state' : 'save-state');
  if (!place) return;
  place.textContent = words;
  place.classList.toggle('app-decide__state--bad', bad);
}

addEventListener('beforeunload', (event) => { if (isChanged() || hasFlag()) event.preventDefault(); });

// --- words and tags light each other up

function light(keys) {
  const wanted = new Set(keys);
  const text = main();
  text.classList.toggle('app-dim', wanted.size > 0);
  for (const mark of text.querySelectorAll('.app-lit')) {
    mark.classList.toggle('app-lit--on', mark.dataset.keys.split(' ').some((key) => wanted.has(key)));
  }
  for (const option of text.querySelectorAll('.app-option')) {
    option.classList.toggle('app-option--on', wanted.has(option.dataset.key));
  }
}

function keysAt(target) {
  const mark = target.closest('.app-lit');
  if (mark) return mark.dataset.keys.split(' ');
  const option = target.closest('.app-option');
  if (option) return [option.dataset.key];
  if (target.id === 'use_quotes') return ['quote-use'];
  return target.id === 'decision_quotes' ? ['quote-decision'] : [];
}

document.addEventListener('mouseover', (event) => {
  const pointed = keysAt(event.target);
  light(pointed.length ? pointed : keysAt(document.activeElement ?? document.body));
});
document.addEventListener('focusin', (event) => light(keysAt(event.target)));
for (const kind of ['change', 'input']) {
  document.addEventListener(kind, () => {
    leaving = null;
    if (form()?.elements.leave_flag) form().elements.leave_flag.value = '';
    showState();
  });
}
document.addEventListener('click', (event) => {
  const words = event.target.closest('.app-words');
  if (words) unfold(words.getAttribute('href').slice(1));
  if (opened && !opened.contains(event.target)) close();
});

// The words that are selected become the words of the rule.
for (const kind of ['pointerdown', 'focusin']) {
  document.addEventListener(kind, (event) => {
    const link = event.target.closest('[data-action="rule"]');
    const words = link ? getSelection().toString().replace(/\s+/g, ' ').trim().slice(0, 300) : '';
    if (!words) return;
    const address = new URL(link.href);
    address.searchParams.set('words', words);
    link.href = address.href;
  });
}

function unfold(id) {
  const place = document.getElementById(id);
  const folded = place && place.closest('details');
  if (folded) folded.open = true;
}

// --- keys

const typing = (target) => target.isContentEditable || target.matches('textarea, select, input:not([type=checkbox]):not([type=radio]):not([type=submit])');
const actsOnEnter = (target) => target.matches('a[href], button, summary, textarea, select');

document.addEventListener('keydown', (event) => {
  if (!keysOn() || document.querySelector('dialog[open]') || event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  const target = event.target instanceof Element ? event.target : document.body;
  if (event.key === 'Escape') {
    if (typing(target)) target.blur();
    close();
  } else if (!typing(target) && act(keyOf(event), target, event.repeat)) {
    event.preventDefault();
  }
});

// With Caps Lock on, letters come as capitals.
const keyOf = ({ key, shiftKey }) => (key.length === 1 && !shiftKey ? key.toLowerCase() : key);

function act(key, target, repeated) {
  // On the list, Enter in the filter is the browser's: it filters. So is that in the ticks to confirm.
  if (key === 'Enter' && target.closest('.app-filter, #bulk')) return false;
  if (key === 'Enter') return !actsOnEnter(target) && !repeated && accept();
  if (opened) return choose(key);
  const question = document.querySelector(`.app-question[data-letter="${CSS.escape(key)}"]`);
  if (question) return open(question);
  const action = ACTIONS[key];
  return action ? action() : false;
}

const ACTIONS = {
  s: () => press('[data-action="skip"]'),
  z: () => press('[data-action="undo"]'),
  q: () => quote('use_quotes'),
  d: () => quote('decision_quotes'),
  f: flag,
  '?': showKeys,
  '/': () => search(),
};

function press(selector) {
  const place = main().querySelector(selector);
  if (place) place.click();
  return Boolean(place);
}

function go(address) {
  location.assign(address);
  return true;
}

function showKeys() {
  const list = document.getElementById('keys');
  if (!list) return go('/help#keys');
  list.showModal();
  return true;
}

function search() {
  const words = document.getElementById('q');
  if (!words) return go('/messages#q');
  words.closest('details').open = true; // folded on a narrow screen
  words.focus();
  return true;
}

function flag() {
  const place = document.getElementById('flag');
  if (!place) return false;
  place.open = true;
  document.getElementById('flagged_for').focus();
  return true;
}

function accept() {
  const save = document.getElementById('save');
  if (save) form().requestSubmit(save);
  else press('.app-queue__subject a');
  return true;
}

function open(question) {
  close();
  opened = question;
  question.classList.add('app-question--open');
  const more = question.querySelector('details');
  if (more) more.open = true;
  const first = question.querySelector('input:checked') || question.querySelector('input');
  if (first) first.focus();
  question.scrollIntoView({ block: 'nearest' });
  return true;
}

function close() {
  if (!opened) return;
  opened.classList.remove('app-question--open');
  opened = null;
  typed = { text: '', at: 0 };
}

function choose(key) {
  if (/^[1-9]$/.test(key)) {
    const option = opened.querySelector(`.app-option[data-number="${key}"] input`);
    if (option) { option.focus(); option.click(); }
    return true;
  }
  if (!/^[a-z]$/i.test(key)) return false;
  const now = Date.now();
  typed = { text: (now - typed.at < 900 ? typed.text : '') + key.toLowerCase(), at: now };
  const options = [...opened.querySelectorAll('.app-option')];
  const begins = (words) => words.startsWith(typed.text);
  const found = options.find((option) => begins(option.dataset.title))
    ?? options.find((option) => option.dataset.title.split(/[^a-z0-9]+/).some(begins));
  if (found) {
    const input = found.querySelector('input');
    input.focus();
    if (input.type === 'radio') input.click();
  }
  return true;
}

function quote(id) {
  const selection = getSelection();
  const words = selection.toString().replace(/\s+/g, ' ').trim();
  const field = document.getElementById(id);
  if (!field) return false;
  if (!words || !document.querySelector('.app-columns__text').contains(selection.anchorNode)) {
    field.focus();
    return true;
  }
  const lines = field.value.split('\n').map((line) => line.trim()).filter(Boolean);
  if (!lines.includes(words)) lines.push(words);
  field.value = lines.join('\n');
  selection.removeAllRanges();
  showState();
  say(`Quote added: ${words}`);
  return true;
}

begin();
