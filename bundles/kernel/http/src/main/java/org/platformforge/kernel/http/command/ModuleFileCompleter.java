package org.platformforge.kernel.http.command;

import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;

@Service
public final class ModuleFileCompleter extends FileCompleter {}
