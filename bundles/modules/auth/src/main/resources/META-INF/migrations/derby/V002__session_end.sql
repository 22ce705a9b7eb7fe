CREATE INDEX auth_session_end ON auth_session (expires_at);
