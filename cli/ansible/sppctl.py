#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module: KMS settings of Windows images that are not running."""

DOCUMENTATION = r'''
---
module: sppctl
short_description: Set KMS settings of Windows images that are not running
description:
  - Makes hives, Windows folders, disk images and WIM images have the wanted
    settings of volume activation, by C(sppctl apply).
  - Nothing is written where the settings are there already. An edit is all or
    nothing for each target.
options:
  targets:
    description: Hives, folders, disk images or images in a WIM.
    type: list
    elements: str
    required: true
  settings:
    description:
      - Settings and their wanted values, as C(sppctl settings) lists them;
        null removes one.
    type: dict
    default: {}
  secrets:
    description:
      - Further settings, whose values are not written to any log.
    type: dict
    default: {}
  scope:
    description: Scope of I(settings) and I(secrets), see C(sppctl help scopes).
    type: str
    default: spp
  policy:
    description: A policy file in any format that C(sppctl apply) reads.
    type: path
  backup:
    description: Keep what is replaced, for C(sppctl restore).
    type: bool
    default: false
  jobs:
    description: Work on so many targets at a time.
    type: int
  backing_dir:
    description: Overlays may use any file below this folder.
    type: path
  wait:
    description: Seconds to try again while a target is in use.
    type: int
  results:
    description: A new file for a line of JSON about each target.
    type: path
  executable:
    description: The program.
    type: str
    default: sppctl
attributes:
  check_mode:
    support: full
    description: Changes are found and nothing is written.
  diff_mode:
    support: full
    description: Values before and after, without product keys.
author:
  - The sppctl project
'''

EXAMPLES = r'''
- name: Clients find their KMS host through the DNS each time
  sppctl:
    targets: "{{ images }}"
    settings:
      host-caching: "off"
      kms-host: null
    backup: true

- name: The primary KMS host
  sppctl:
    targets: [ /srv/images/kms01.qcow2 ]
    policy: primary.json
'''

RETURN = r'''
targets:
  description: What C(sppctl help json) calls EDITED or FAILED, for each target.
  returned: always
  type: list
  elements: dict
exit_code:
  description: That of sppctl; 1 is changes that a check found.
  returned: always
  type: int
'''

import json
import os
import tempfile

from ansible.module_utils.basic import AnsibleModule


def text(value):
    """A value of a change, for the diff."""
    if value is None:
        return 'not set'
    if value['data'] is None:
        return '(not shown)'
    data = bytes.fromhex(value['data'])
    if value['type'] == 'REG_DWORD' and len(data) == 4:
        return str(int.from_bytes(data, 'little'))
    if value['type'] in ('REG_SZ', 'REG_EXPAND_SZ', 'REG_MULTI_SZ'):
        words = data.decode('utf-16-le', 'replace').rstrip('\0')
        return ' | '.join(words.split('\0'))
    return value['data']


def diff(target, secrets):
    """The changes of one target as Ansible prints differences."""
    def side(which):
        lines = []
        for change in target['changes']:
            value = text(change[which])
            if change['name'] in secrets or change['registry'] in secrets:
                value = '(not shown)'
            lines.append('%s %s: %s\n' % (change['scope'], change['name'],
                                          value))
        return ''.join(lines)
    return {'before_header': target['path'], 'after_header': target['path'],
            'before': side('before'), 'after': side('after')}


def plain(value):
    """YAML turns on and off into booleans; a policy has words."""
    if isinstance(value, bool):
        return 'on' if value else 'off'
    return value


def command(module, policy):
    params = module.params
    words = [params['executable'], 'apply', '--json', '--targets-from', '-',
             '--null']
    if module.check_mode:
        words.append('--dry-run')
    elif params['results']:
        words += ['--results', params['results']]
    if params['backup']:
        words.append('--backup')
    for name in 'jobs', 'wait':
        if params[name] is not None:
            words += ['--' + name, str(params[name])]
    if params['backing_dir']:
        words += ['--backing-dir', params['backing_dir']]
    return words + [policy]


def run(module, policy):
    names = '\0'.join(module.params['targets']) + '\0'
    code, out, err = module.run_command(command(module, policy), data=names,
                                        binary_data=True)
    try:
        return code, json.loads(out), err
    except ValueError:
        module.fail_json(msg=err.strip() or 'no answer of sppctl',
                         exit_code=code)


def write_policy(module):
    settings = dict(module.params['settings'], **module.params['secrets'])
    document = {'sppctl-policy': 1, 'scopes': {
        module.params['scope']: {k: plain(v) for k, v in settings.items()}}}
    fd, name = tempfile.mkstemp(dir=module.tmpdir, suffix='.json')
    with os.fdopen(fd, 'w') as f:
        json.dump(document, f)
    return name


def main():
    module = AnsibleModule(
        argument_spec={
            'targets': {'type': 'list', 'elements': 'str', 'required': True},
            'settings': {'type': 'dict', 'default': {}},
            'secrets': {'type': 'dict', 'default': {}, 'no_log': True},
            'scope': {'type': 'str', 'default': 'spp'},
            'policy': {'type': 'path'},
            'backup': {'type': 'bool', 'default': False},
            'jobs': {'type': 'int'},
            'backing_dir': {'type': 'path'},
            'wait': {'type': 'int'},
            'results': {'type': 'path'},
            'executable': {'type': 'str', 'default': 'sppctl'},
        },
        mutually_exclusive=[('policy', 'settings'), ('policy', 'secrets')],
        supports_check_mode=True)
    # The defaults {} do not count as given.
    policy = module.params['policy'] or write_policy(module)
    code, document, err = run(module, policy)
    result = {'changed': document.get('changed', False), 'exit_code': code,
              'targets': document.get('targets', [])}
    if module._diff:
        result['diff'] = [diff(t, module.params['secrets'])
                          for t in result['targets'] if t.get('changes')]
    if code > 1:
        module.fail_json(msg=err.strip() or 'sppctl failed', **result)
    module.exit_json(**result)


if __name__ == '__main__':
    main()
